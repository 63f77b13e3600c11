import type { Redis } from 'ioredis';
import type { LiveBatch, LiveStream } from '../../store/live/stream.js';

/** Reads live changes from the Redis stream. */
export interface LiveReader {
  /** Resolves when the reader is reading. Rejects with the error of Redis; the reader is then stopped. */
  ready: Promise<unknown>;
  stop(): void;
}

const BLOCK_MS = 5_000;
const RETRY_MS = 1_000;

/**
 * Reads the Redis stream from its end, over a separate connection. After a failure of Redis, calls `reload` with
 * the new position, because changes may have been missed.
 */
export function startReader(
  { connect, stream }: { connect: () => Redis; stream: LiveStream },
  { hear, reload }: { hear: (batches: readonly LiveBatch[]) => void; reload: (id: string) => void },
): LiveReader {
  const connection = connect();
  let stopped = false;

  function stop(): void {
    stopped = true;
    connection.disconnect();
  }

  async function follow(from: string): Promise<void> {
    let id = from;
    let lost = false;
    while (!stopped) {
      try {
        if (lost) {
          id = await stream.lastId();
          reload(id);
          lost = false;
        }
        const batches = await stream.next(connection, id, BLOCK_MS);
        id = batches.at(-1)?.id ?? id;
        if (batches.length > 0) hear(batches);
      } catch {
        lost = true;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
      }
    }
  }

  const ready = stream.lastId();
  void ready.then(follow, stop);
  return { ready, stop };
}
