import type { Telemetry } from '../../telemetry/bus.js';

/** Has assess workers wake without anybody waiting for it: the hint is durable, and a sweep finds one whose wake was lost. */
export interface Waker {
  /** `wakeAt` as the store answers it: an instant, or `null` when there is nothing to do. */
  wake(instance: string, wakeAt: number | null): void;
  /** Resolves when every wake that was asked for has been tried. */
  idle(): Promise<void>;
}

export function createWaker({
  wakeAssess,
  telemetry,
  now,
}: {
  wakeAssess: (instance: string, delayMs: number) => Promise<void>;
  telemetry: Telemetry;
  now: () => number;
}): Waker {
  const pending = new Set<Promise<void>>();
  /** Instances whose last wake failed: the store believes that it happened, so the next webhook tries again. */
  const owed = new Map<string, number>();

  async function tell(instance: string, at: number): Promise<void> {
    try {
      await wakeAssess(instance, Math.max(0, at - now()));
    } catch (error) {
      owed.set(instance, Math.min(at, owed.get(instance) ?? at));
      telemetry.emit('webhook.wake-failed', {
        instance,
        error: error instanceof Error ? error.message : String(error),
      });
    }
  }

  return {
    wake(instance, wakeAt) {
      const at = owed.get(instance) ?? wakeAt;
      if (at === null) return;
      owed.delete(instance);
      const telling = tell(instance, wakeAt === null ? at : Math.min(at, wakeAt));
      pending.add(telling);
      void telling.finally(() => pending.delete(telling));
    },
    idle: async () => {
      await Promise.all(pending);
    },
  };
}
