import type { Redis } from 'ioredis';
import { isAfter, type LiveBatch, type LiveStream } from '../../store/live/stream.js';

/** Somebody who wants to hear what changes. */
export interface LiveClient {
  /** Batches in their order, each once. */
  hear(batches: readonly LiveBatch[]): void;
  /** Some were missed, or may have been: whatever is shown is to be read again. `id` is where hearing goes on. */
  reload(id: string): void;
  /** The process stops. */
  end(): void;
}

/** Hands what changes in any process to the clients of this receiver. */
export interface LiveHub {
  /** How many there are. */
  readonly size: number;
  /**
   * Adds a client, who hears everything that came after the batch `after`; without one, from now on. Resolves with how to leave.
   *
   * @throws what Redis throws; then it was not added.
   */
  join(client: LiveClient, after: string | null): Promise<() => void>;
  /** Ends all clients, and takes none any more. */
  close(): void;
}

const BLOCK_MS = 5_000;
const AGAIN_MS = 1_000;

/**
 * One reader of the stream for all clients of a receiver, on a connection of its own that is there only while somebody listens.
 * When Redis was away everybody is told to read everything again.
 */
export function createLiveHub({ redis, stream }: { redis: Redis; stream: LiveStream }): LiveHub {
  const clients = new Set<LiveClient>();
  let reader: { place: Promise<string>; stop: () => void } | null = null;
  let closed = false;

  function startReader(): { place: Promise<string>; stop: () => void } {
    const connection = redis.duplicate({ commandTimeout: undefined, maxRetriesPerRequest: 1 });
    // Who asks for something else tells that Redis is away; here it only means to wait.
    connection.on('error', () => undefined);
    const stopping = new AbortController();
    const place = stream.lastId();
    const mine = {
      place,
      stop: () => {
        stopping.abort();
        connection.disconnect();
      },
    };
    void place.then(
      (id) => follow(connection, id, stopping.signal),
      () => {
        mine.stop();
        if (reader === mine) reader = null;
      },
    );
    return mine;
  }

  async function follow(connection: Redis, from: string, stopping: AbortSignal): Promise<void> {
    let id = from;
    let lost = false;
    while (!stopping.aborted) {
      try {
        if (lost) {
          id = await stream.lastId();
          for (const client of clients) client.reload(id);
          lost = false;
        }
        const batches = await stream.next(connection, id, BLOCK_MS);
        id = batches.at(-1)?.id ?? id;
        if (batches.length > 0) for (const client of clients) client.hear(batches);
      } catch {
        lost = true;
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS).unref());
      }
    }
  }

  function leave(client: LiveClient): void {
    clients.delete(client);
    if (clients.size > 0) return;
    reader?.stop();
    reader = null;
  }

  return {
    get size() {
      return clients.size;
    },

    async join(client, after) {
      if (closed) throw new Error('the receiver stops');
      const held: LiveBatch[] = [];
      let last: string | null = null;
      const heard = (batches: readonly LiveBatch[]) => {
        const newer = batches.filter(({ id }) => last === null || isAfter(id, last));
        last = newer.at(-1)?.id ?? last;
        if (newer.length > 0) client.hear(newer);
      };
      const waiting: LiveClient = {
        hear: (batches) => void held.push(...batches),
        reload: (id) => client.reload(id),
        end: () => client.end(),
      };
      const member: LiveClient = { ...waiting };
      clients.add(member);
      try {
        await (reader ??= startReader()).place;
        const missed = after === null ? [] : await stream.since(after);
        if (missed === null || after === null) {
          last = await stream.lastId();
          client.reload(last);
        } else {
          last = after;
          heard(missed);
        }
      } catch (error) {
        leave(member);
        throw error;
      }
      member.hear = heard;
      heard(held);
      return () => leave(member);
    },

    close() {
      closed = true;
      for (const client of clients) client.end();
      clients.clear();
      reader?.stop();
      reader = null;
    },
  };
}
