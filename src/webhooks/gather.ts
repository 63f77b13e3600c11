import { setImmediate as afterPoll } from 'node:timers/promises';

/** Puts what arrives at the same time into one call. */
export interface Gathering<Item, Result> {
  /** Resolves with the result of this item. */
  add(item: Item): Promise<Result>;
  /** Resolves when nothing is on its way and nothing waits. */
  idle(): Promise<void>;
}

interface Waiting<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

/**
 * While one call is on its way, what arrives forms the next one: no timer, so nothing waits when nothing is under way, and the busier
 * it is the cheaper each item becomes. `most` bounds one call. When a call fails, what waited meanwhile fails with it: each has
 * waited as long as the call took, and would wait as long again for the same.
 */
export function createGathering<Item, Result>(
  send: (items: readonly Item[]) => Promise<readonly Result[]>,
  { most }: { most: number },
): Gathering<Item, Result> {
  let waiting: Waiting<Item, Result>[] = [];
  let running: Promise<void> | null = null;

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      // Once all sockets that are readable now have been read: what they bring goes together. Without it every other call is of one
      // item, since promises go on after each socket. No delay when nothing else arrives.
      await afterPoll();
      const batch = waiting.slice(0, most);
      waiting = waiting.slice(most);
      try {
        const results = await send(batch.map(({ item }) => item));
        for (const [index, { resolve, reject }] of batch.entries()) {
          const result = results[index];
          if (result === undefined) reject(new Error('fewer results than items'));
          else resolve(result);
        }
      } catch (error) {
        const failed = [...batch, ...waiting];
        waiting = [];
        for (const { reject } of failed) reject(error);
      }
    }
    running = null;
  }

  return {
    add: (item) =>
      new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        running ??= run();
      }),
    idle: async () => {
      while (running !== null) await running;
    },
  };
}
