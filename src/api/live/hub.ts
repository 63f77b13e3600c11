import type { Redis } from 'ioredis';
import { isAfter, type LiveBatch, type LiveStream } from '../../store/live/stream.js';
import { type LiveReader, startReader } from './reader.js';

/** A client of this receiver that gets live changes. */
export interface LiveClient {
  /** Receives batches of changes in order, each exactly once. */
  hear(batches: readonly LiveBatch[]): void;
  /**
   * Changes may have been missed, so the client must reload its data. `id` is the position in the stream. `hear`
   * receives the batches after this position.
   */
  reload(id: string): void;
  /** The process is stopping, so the connection must end. */
  end(): void;
}

/** Delivers the changes from all processes to the clients of this receiver. */
export interface LiveHub {
  /** Number of connected clients. */
  readonly size: number;
  /**
   * Adds a client, which then receives all changes after the batch with the ID `after`. With `null`, or if the
   * Redis stream no longer contains that batch, the client receives `reload` and then all later changes. Returns
   * the function that removes the client.
   * @throws the error of Redis; the client is then not added.
   */
  join(client: LiveClient, after: string | null): Promise<() => void>;
  /** Disconnects all clients. After that, `join` rejects. */
  close(): void;
}

/** `connect` opens a Redis connection with the purpose `reader`. */
interface LiveHubOptions {
  connect: () => Redis;
  stream: LiveStream;
}

/**
 * Creates the hub: one reader of the Redis stream for all clients of a receiver. The reader has its own Redis
 * connection, which is open only while there are clients. After a failure of Redis, all clients receive `reload`.
 */
export function createLiveHub({ connect, stream }: LiveHubOptions): LiveHub {
  const clients = new Set<LiveClient>();
  let reader: LiveReader | null = null;
  let closed = false;

  /** Resolves when the reader is reading. From then on, no change is missed. */
  async function startedReader(): Promise<void> {
    const current = (reader ??= startReader(
      { connect, stream },
      {
        hear: (batches) => clients.forEach((client) => client.hear(batches)),
        reload: (id) => clients.forEach((client) => client.reload(id)),
      },
    ));
    try {
      await current.ready;
    } catch (error) {
      if (reader === current) reader = null;
      throw error;
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
      if (closed) throw new Error('the receiver is stopping');
      const held: LiveBatch[] = [];
      let last: string | null = null;
      const deliver = (batches: readonly LiveBatch[]) => {
        const newer = batches.filter(({ id }) => last === null || isAfter(id, last));
        last = newer.at(-1)?.id ?? last;
        if (newer.length > 0) client.hear(newer);
      };
      // Stores new batches until the missed batches are delivered, so the client receives all batches in order.
      const waiting: LiveClient = {
        hear: (batches) => void held.push(...batches),
        reload: (id) => client.reload(id),
        end: () => client.end(),
      };
      const member: LiveClient = { ...waiting };
      clients.add(member);
      try {
        await startedReader();
        const missed = after === null ? [] : await stream.since(after);
        if (missed === null || after === null) {
          last = await stream.lastId();
          client.reload(last);
        } else {
          last = after;
          deliver(missed);
        }
      } catch (error) {
        leave(member);
        throw error;
      }
      member.hear = deliver;
      deliver(held);
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
