import { describe, expect, it, vi } from 'vitest';
import { createClock } from '../../../../simulator/world/clock.js';
import { createSchedule } from '../../../../simulator/world/schedule.js';
import { START } from './support.js';

const manual = (squeeze = 1) => createClock({ mode: 'manual', squeeze, startAt: START });

describe('the clock', () => {
  it('runs all due events in order at their time, including events that they schedule', async () => {
    const clock = manual();
    const happened: [string, number][] = [];
    const note = (what: string) => () => void happened.push([what, clock.now() - START]);
    clock.after(300, note('c'));
    clock.after(100, () => {
      note('a')();
      clock.after(100, note('b'));
      clock.after(5_000, note('too late'));
    });
    clock.after(300, note('d'));
    await clock.advance(1_000);
    expect(happened).toEqual([
      ['a', 100],
      ['b', 200],
      ['c', 300],
      ['d', 300],
    ]);
    expect(clock.now()).toBe(START + 1_000);
  });

  it('does not run canceled events', async () => {
    const clock = manual();
    const run = vi.fn();
    clock.cancel(clock.after(10, run));
    clock.cancel(null);
    await clock.advance(100);
    expect(run).not.toHaveBeenCalled();
    expect(clock.scheduled).toBe(0);
  });

  it('divides the rhythm by the squeeze factor, also for scheduled events', async () => {
    const clock = manual(10);
    const at: number[] = [];
    clock.after(1_000, () => at.push(clock.now() - START));
    clock.after(10_000, () => at.push(clock.now() - START));
    await clock.advance(100);
    expect(at).toEqual([100]);
    clock.squeeze = 90;
    await clock.advance(100);
    expect(at).toEqual([100, 200]);
    expect(clock.rhythmElapsedMs()).toBe(100 * 10 + 100 * 90);
  });

  it('runs two concurrent advances one after the other', async () => {
    const clock = manual();
    const at: number[] = [];
    for (const ms of [10, 20, 30, 40]) clock.after(ms, () => at.push(clock.now() - START));
    await Promise.all([clock.advance(25), clock.advance(25)]);
    expect(at).toEqual([10, 20, 30, 40]);
    expect(clock.now()).toBe(START + 50);
  });

  it('throws the error of an event to the caller that advances, and continues afterwards', async () => {
    const clock = manual();
    const run = vi.fn();
    clock.after(1, () => {
      throw new Error('broken event');
    });
    clock.after(2, run);
    await expect(clock.advance(10)).rejects.toThrow('broken event');
    await clock.advance(10);
    expect(run).toHaveBeenCalledOnce();
  });

  it('follows real time in real mode, can be advanced, and uses one timer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: START });
    const clock = createClock({ mode: 'real', squeeze: 1 });
    try {
      const run = vi.fn();
      for (let ms = 1; ms <= 50; ms += 1) clock.after(ms * 100, run);
      clock.start();
      expect(vi.getTimerCount()).toBe(1);
      await vi.advanceTimersByTimeAsync(1_000);
      expect(run).toHaveBeenCalledTimes(10);
      await clock.advance(2_000);
      expect(run).toHaveBeenCalledTimes(30);
      expect(clock.now()).toBe(START + 3_000);
      clock.stop();
      await vi.advanceTimersByTimeAsync(10_000);
      expect(run).toHaveBeenCalledTimes(30);
    } finally {
      clock.stop();
      vi.useRealTimers();
    }
  });
});

describe('the schedule', () => {
  it('returns a thousand entries in order, and equal ones in the order in which they were added', () => {
    const schedule = createSchedule();
    const taken: [number, number][] = [];
    for (let index = 0; index < 1_000; index += 1) {
      const at = (index * 7919) % 97;
      schedule.add(at, () => void taken.push([at, index]));
    }
    for (let entry = schedule.take(); entry; entry = schedule.take()) entry.run?.();
    const sorted = [...taken].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    expect(taken).toHaveLength(1_000);
    expect(taken).toEqual(sorted);
  });
});
