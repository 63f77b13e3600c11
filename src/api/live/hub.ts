import type { Redis } from 'ioredis';
import { isAfter, type LiveBatch, type LiveStream } from '../../store/live/stream.js';
import { type LiveReader, startReader } from './reader.js';

/** A subscriber of live changes. */
export interface LiveClient {
  /** Receives batches of changes in order, each exactly once. */
  hear(batches: readonly LiveBatch[]): void;
  /** Changes may have been missed: the client must reload its data. `id` is the position in the stream from which events follow. */
  reload(id: string): void;
  /** The process is stopping. */
  end(): void;
}

/** Delivers the changes of all processes to the clients of this receiver. */
export interface LiveHub {
  /** Number of connected clients. */
  readonly size: number;
  /**
   * Adds a client. It gets all changes after the batch `after`; with `null`, or if the stream no longer holds that batch, it gets `reload`
   * and then the changes from now on. Resolves with the function that removes the client.
   *
   * @throws the error of Redis; the client is then not added.
   */
  join(client: LiveClient, after: string | null): Promise<() => void>;
  /** Ends all clients; `join` rejects from then on. */
  close(): void;
}

/** `connect` opens a connection of purpose `reader`. */
interface LiveHubOptions {
  connect: () => Redis;
  stream: LiveStream;
}

/**
 * Creates the hub: one reader of the stream for all clients of a receiver. The reader has its own Redis connection, which is open only
 * while there are clients. After a failure of Redis all clients get `reload`.
 */
export function createLiveHub({ connect, stream }: LiveHubOptions): LiveHub {
  const clients = new Set<LiveClient>();
  let reader: LiveReader | null = null;
  let closed = false;

  /** Resolves when the reader reads: no change is missed from then on. */
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
      // Holds new batches back until the missed ones are delivered.
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
