import { describe, expect, it } from 'vitest';
import { createBatcher } from '../../../src/process/batcher.js';

/** A call that ends when the test says so. */
function controlled() {
  const calls: { items: readonly number[]; end: () => void; fail: (error: Error) => void }[] = [];
  const send = (items: readonly number[]) =>
    new Promise<readonly string[]>((resolve, reject) => {
      calls.push({ items, end: () => resolve(items.map(String)), fail: reject });
    });
  return { calls, send };
}
/** Waits until nothing more can happen without the end of a call. A call is sent at the end of a turn, so the next turn has ended, too. */
const settled = async () => {
  for (let turn = 0; turn < 2; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
};

describe('the batcher', () => {
  it('sends the first item at once, and items that arrive during a call together', async () => {
    const { calls, send } = controlled();
    const gathering = createBatcher(send, { most: 10, lanes: 1, shared: true });
    const first = gathering.add(1);
    await settled();
    const others = [gathering.add(2), gathering.add(3)];
    await settled();
    expect(calls.map(({ items }) => items)).toEqual([[1]]);
    calls[0]?.end();
    expect(await first).toBe('1');
    await settled();
    expect(calls.map(({ items }) => items)).toEqual([[1], [2, 3]]);
    calls[1]?.end();
    expect(await Promise.all(others)).toEqual(['2', '3']);
  });

  it('sends all items of one turn of the event loop in one call, including those after resolved promises', async () => {
    const { calls, send } = controlled();
    const gathering = createBatcher(send, { most: 10, lanes: 1, shared: true });
    const first = gathering.add(1);
    await Promise.resolve();
    const second = gathering.add(2);
    await settled();
    expect(calls.map(({ items }) => items)).toEqual([[1, 2]]);
    calls[0]?.end();
    expect(await Promise.all([first, second])).toEqual(['1', '2']);
  });

  it('runs as many calls at once as there are lanes, in the order of the items', async () => {
    const { calls, send } = controlled();
    const gathering = createBatcher(send, { most: 10, lanes: 2, shared: true });
    const added: Promise<string>[] = [];
    for (const item of [1, 2, 3, 4]) {
      added.push(gathering.add(item));
      await settled();
    }
    expect(calls.map(({ items }) => items)).toEqual([[1], [2]]);
    calls[1]?.end();
    expect(await added[1]).toBe('2');
    await settled();
    expect(calls.map(({ items }) => items)).toEqual([[1], [2], [3, 4]]);
    calls[0]?.end();
    calls[2]?.end();
    expect(await Promise.all(added)).toEqual(['1', '2', '3', '4']);
  });

  it('rejects the items of a failed call, and not those of another lane', async () => {
    const { calls, send } = controlled();
    const gathering = createBatcher(send, { most: 10, lanes: 2, shared: true });
    const first = gathering.add(1);
    await settled();
    const second = gathering.add(2);
    await settled();
    const third = gathering.add(3);
    calls[0]?.fail(new Error('away'));
    await expect(first).rejects.toThrow('away');
    await expect(third).rejects.toThrow('away');
    calls[1]?.end();
    expect(await second).toBe('2');
    await gathering.idle();
  });

  it('limits the size of a call', async () => {
    const { calls, send } = controlled();
    const gathering = createBatcher(send, { most: 2, lanes: 1, shared: true });
    const all = Promise.all([1, 2, 3].map((item) => gathering.add(item)));
    await settled();
    calls[0]?.end();
    await settled();
    calls[1]?.end();
    await all;
    expect(calls.map(({ items }) => items)).toEqual([[1, 2], [3]]);
  });

  it('rejects the items that waited for a failed call, and continues with later ones', async () => {
    const { calls, send } = controlled();
    const gathering = createBatcher(send, { most: 10, lanes: 1, shared: true });
    const first = gathering.add(1);
    await settled();
    const second = gathering.add(2);
    calls[0]?.fail(new Error('away'));
    await expect(first).rejects.toThrow('away');
    await expect(second).rejects.toThrow('away');
    const third = gathering.add(3);
    await settled();
    calls[1]?.end();
    expect(await third).toBe('3');
  });

  it('is idle when everything has been sent', async () => {
    const { calls, send } = controlled();
    const gathering = createBatcher(send, { most: 1, lanes: 1, shared: true });
    await gathering.idle();
    const added = [gathering.add(1), gathering.add(2)];
    let idle = false;
    const waiting = gathering.idle().then(() => (idle = true));
    await settled();
    calls[0]?.end();
    await settled();
    expect(idle).toBe(false);
    calls[1]?.end();
    await waiting;
    expect(await Promise.all(added)).toEqual(['1', '2']);
  });

  it('starts at once and rejects only the items of a failed call, unless the items belong to separate requests', async () => {
    const batches: (readonly number[])[] = [];
    const send = async (items: readonly number[]) => {
      batches.push(items);
      await Promise.resolve();
      if (items.includes(3)) throw new Error('three');
      return items.map((item) => item * 2);
    };
    const batcher = createBatcher(send, { most: 2, lanes: 1 });
    const results = await Promise.allSettled([1, 2, 3, 4, 5].map((item) => batcher.add(item)));
    expect(batches).toEqual([[1], [2, 3], [4, 5]]);
    expect(results.map((result) => (result.status === 'fulfilled' ? result.value : 'failed'))).toEqual([
      2,
      'failed',
      'failed',
      8,
      10,
    ]);
  });
});
