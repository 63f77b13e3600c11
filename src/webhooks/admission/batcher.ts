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
 * While calls are on their way, what arrives forms the next one: no timer, so nothing waits when nothing is under way, and the busier
 * it is the cheaper each item becomes. `most` bounds one call, `lanes` how many are on their way at once: with two, this process reads
 * and answers while the store works on what came before, and neither waits for the other. Calls begin in the order of the items. When
 * a call fails, what waited meanwhile fails with it: each has waited as long as the call took, and would wait as long again for the same.
 */
export function createGathering<Item, Result>(
  send: (items: readonly Item[]) => Promise<readonly Result[]>,
  { most, lanes }: { most: number; lanes: number },
): Gathering<Item, Result> {
  let waiting: Waiting<Item, Result>[] = [];
  let onTheirWay = 0;
  let planned = false;
  let idlers: (() => void)[] = [];

  /** Once all sockets that are readable now have been read: what they bring goes together. No delay when nothing else arrives. */
  function plan(): void {
    if (planned || onTheirWay >= lanes || waiting.length === 0) return;
    planned = true;
    setImmediate(() => {
      planned = false;
      const batch = waiting.slice(0, most);
      waiting = waiting.slice(most);
      if (batch.length > 0) void carry(batch);
      plan();
      restIfIdle();
    });
  }

  async function carry(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    onTheirWay += 1;
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
      onTheirWay -= 1;
      plan();
      restIfIdle();
    }
  }

  function isIdle(): boolean {
    return onTheirWay === 0 && waiting.length === 0;
  }

  function restIfIdle(): void {
    if (!isIdle()) return;
    for (const rest of idlers) rest();
    idlers = [];
  }

  return {
    add: (item) =>
      new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        plan();
      }),
    idle: () => (isIdle() ? Promise.resolve() : new Promise((resolve) => idlers.push(resolve))),
  };
}
