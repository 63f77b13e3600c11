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

/** How a batcher forms its batches. */
export interface BatcherOptions {
  /** Maximum batch size. */
  most: number;
  /** Number of concurrent calls. With two, this process handles requests while the store processes the previous batch. */
  lanes: number;
  /**
   * For items of separate requests, which do not know of each other. A call starts after all readable sockets were read, so that their
   * items share it. When a call fails, the waiting items fail, too: they have already waited as long as the call, and would probably
   * wait as long again for the same error. Otherwise a call starts immediately, and each call fails alone.
   */
  shared?: boolean;
}

/**
 * Items that arrive while calls are in progress form the next batch. There is no timer, so that an item does not wait when no call is in
 * progress, and batches grow with the load. Calls start in item order.
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
