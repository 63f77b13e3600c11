/** Combines concurrent items into batches. */
export interface Batcher<Item, Result> {
  /** Resolves with the result of this item. */
  add(item: Item): Promise<Result>;
  /** Resolves when no call is in progress and no item waits. */
  idle(): Promise<void>;
}

interface Waiting<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

/**
 * Items that arrive while calls are in progress form the next batch. There is no timer, so that an item does not wait when no call is in
 * progress, and batches grow with the load. `most` is the maximum batch size, `lanes` the number of concurrent calls: with two, this
 * process handles requests while the store processes the previous batch. Calls start in item order. When a call fails, the waiting
 * items fail, too: they have already waited as long as the call, and would probably wait as long again for the same error.
 */
export function createBatcher<Item, Result>(
  send: (items: readonly Item[]) => Promise<readonly Result[]>,
  { most, lanes }: { most: number; lanes: number },
): Batcher<Item, Result> {
  let waiting: Waiting<Item, Result>[] = [];
  let inProgress = 0;
  let scheduled = false;
  let idleWaiters: (() => void)[] = [];

  /** Starts the next batch after all readable sockets were read (setImmediate), so that their items share it. */
  function schedule(): void {
    if (scheduled || inProgress >= lanes || waiting.length === 0) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      const batch = waiting.slice(0, most);
      waiting = waiting.slice(most);
      if (batch.length > 0) void runBatch(batch);
      schedule();
      notifyIfIdle();
    });
  }

  async function runBatch(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    inProgress += 1;
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
    } finally {
      inProgress -= 1;
      schedule();
      notifyIfIdle();
    }
  }

  function isIdle(): boolean {
    return inProgress === 0 && waiting.length === 0;
  }

  function notifyIfIdle(): void {
    if (!isIdle()) return;
    for (const resolve of idleWaiters) resolve();
    idleWaiters = [];
  }

  return {
    add: (item) =>
      new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        schedule();
      }),
    idle: () => (isIdle() ? Promise.resolve() : new Promise((resolve) => idleWaiters.push(resolve))),
  };
}
