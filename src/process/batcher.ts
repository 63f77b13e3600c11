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

/** Limits of the batches and of the calls. */
export interface BatcherOptions {
  /** Maximum number of items in a batch. */
  most: number;
  /** Maximum number of concurrent calls. With two, this process prepares one batch while Redis processes the other. */
  lanes: number;
  /**
   * Set if the items come from separate requests. A call then starts only after all readable sockets have been read,
   * so that one call contains the items of all these requests. If a call fails, all waiting items fail as well,
   * because they have waited as long as the failed call and would probably wait as long again for the same error. If
   * `shared` is not set, calls start immediately, and a failed call affects only its own items.
   */
  shared?: boolean;
}

/**
 * Creates a batcher. Items that arrive while calls are in progress form the next batch. There is no timer: an item
 * does not wait if no call is in progress, and batches become larger when the load increases. Calls start in the
 * order of the items.
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
