import type { Secret } from '../config/values/secret.js';
import type { Telemetry } from '../telemetry/bus.js';
import { ask } from './post.js';

/**
 * Returns how to tell a watchman outside that a worker is at its work: the watchman speaks up when it hears nothing. Does not wait for its
 * answer, and never throws; while one call is out no other is made. Only the first of several failures is told.
 */
export function createHeartbeat({ url, telemetry }: { url: Secret; telemetry: Telemetry }): () => void {
  let out = false;
  let failing = false;

  async function beat(): Promise<void> {
    try {
      await ask({ method: 'GET', url: url.reveal() });
      failing = false;
    } catch (error) {
      if (!failing)
        telemetry.emit('heartbeat.failed', { error: error instanceof Error ? error.message : String(error) });
      failing = true;
    } finally {
      out = false;
    }
  }

  return () => {
    if (out) return;
    out = true;
    void beat();
  };
}
