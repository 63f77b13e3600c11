import type { Telemetry } from '../../telemetry/bus.js';
import { messageOf } from '../../process/error-message.js';

/** Requests assess jobs in the background. A lost request is harmless: the backlog entry is durable, and a sweep finds it. */
export interface AssessTrigger {
  /** Requests a job for `wakeAt` (epoch milliseconds, as the store returns it); `null`: no job is needed. */
  wake(instance: string, wakeAt: number | null): void;
  /** Resolves when every request was attempted. */
  idle(): Promise<void>;
}

/** Creates a waker. */
export function createAssessTrigger({
  wakeAssess,
  telemetry,
  now,
}: {
  wakeAssess: (instance: string, delayMs: number) => Promise<void>;
  telemetry: Telemetry;
  now: () => number;
}): AssessTrigger {
  const pending = new Set<Promise<void>>();
  /** Instances whose last request failed, with its time. The store considers the job requested, so the next webhook must repeat the request. */
  const failed = new Map<string, number>();

  async function request(instance: string, at: number): Promise<void> {
    try {
      await wakeAssess(instance, Math.max(0, at - now()));
    } catch (error) {
      failed.set(instance, Math.min(at, failed.get(instance) ?? at));
      telemetry.emit('webhook.wake-failed', { instance, error: messageOf(error) });
    }
  }

  return {
    wake(instance, wakeAt) {
      const at = failed.get(instance) ?? wakeAt;
      if (at === null) return;
      failed.delete(instance);
      const requesting = request(instance, wakeAt === null ? at : Math.min(at, wakeAt));
      pending.add(requesting);
      void requesting.finally(() => pending.delete(requesting));
    },
    idle: async () => {
      await Promise.all(pending);
    },
  };
}
