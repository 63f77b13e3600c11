import type { Secret } from '../config/values/secret.js';
import type { Telemetry } from '../telemetry/bus.js';
import { ask } from './post.js';
import { messageOf } from '../process/error-message.js';

/**
 * Returns a function that sends a heartbeat (GET request) to an external monitoring service (dead man's switch),
 * which alerts when heartbeats stop. The function does not wait for the response and never throws. It sends nothing
 * while the previous heartbeat is in progress. If several heartbeats fail in a row, only the first failure is
 * reported.
 */
export function createHeartbeat({ url, telemetry }: { url: Secret; telemetry: Telemetry }): () => void {
  let inProgress = false;
  let failing = false;

  async function sendHeartbeat(): Promise<void> {
    try {
      await ask({ method: 'GET', url: url.reveal() });
      failing = false;
    } catch (error) {
      if (!failing) telemetry.emit('heartbeat.failed', { error: messageOf(error) });
      failing = true;
    } finally {
      inProgress = false;
    }
  }

  return () => {
    if (inProgress) return;
    inProgress = true;
    void sendHeartbeat();
  };
}
