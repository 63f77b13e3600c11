/** Combines items that are added at the same time into batches, so that one call handles many items. */
export interface Batcher<Item, Result> {
  /** Adds an item. Resolves with the result for this item. */
  add(item: Item): Promise<Result>;
  /** Resolves when no call is in progress and no item waits. */
  idle(): Promise<void>;
}

interface Waiting<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

/** How the items are combined into batches. */
export interface BatcherOptions {
  /** Maximum number of items in a batch. */
  most: number;
  /**
   * Number of calls that may run at the same time. With two, this process handles requests while Redis processes
   * the previous batch.
   */
  lanes: number;
  /**
   * Set for items from separate requests. A call then starts only after all readable sockets have been read, so
   * their items are in the same call. When a call fails, the waiting items fail as well: they have already waited
   * as long as the call, and would probably wait as long again for the same error. Without `shared`, a call starts
   * immediately, and the failure of a call affects only its own items.
   */
  shared?: boolean;
}

/**
 * Creates a batcher. Items that arrive while calls are in progress form the next batch. There is no timer: an item
 * does not wait when no call is in progress, and batches become larger with the load. Calls start in the order of
 * the items.
 */
export function createBatcher<Item, Result>(
  send: (items: readonly Item[]) => Promise<readonly Result[]>,
  { most, lanes, shared = false }: BatcherOptions,
): Batcher<Item, Result> {
  let waiting: Waiting<Item, Result>[] = [];
  let inProgress = 0;
  let scheduled = false;
  let idleWaiters: (() => void)[] = [];

  function schedule(): void {
    if (scheduled || inProgress >= lanes || waiting.length === 0) return;
    if (!shared) {
      startNext();
      return;
    }
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      startNext();
      notifyIfIdle();
    });
  }

  function startNext(): void {
    const batch = waiting.slice(0, most);
    waiting = waiting.slice(most);
    if (batch.length > 0) void runBatch(batch);
    schedule();
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
      const failed = shared ? [...batch, ...waiting] : batch;
      if (shared) waiting = [];
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
