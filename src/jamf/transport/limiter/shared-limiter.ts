import { createHeldSlots, type Slot, type Slots } from './held-slots.js';
import type { Limiter } from './limiter.js';

/** Intervals of a limiter that several processes share, milliseconds. The defaults are for production. */
export interface SlotTimes {
  /** Lease of a slot. If a process is killed, its slots become free after this time. */
  leaseMs: number;
  /** How often a busy process checks whether another process waits for its slot. */
  turnMs: number;
  /** How long an idle slot is kept for the next call. */
  idleMs: number;
  /** Wait before a slot is requested again after none was free, plus up to 50 % jitter. */
  againMs: number;
  /** After Redis failed, the process works without slots for this long before it tries Redis again. */
  aloneMs: number;
}

const TIMES: SlotTimes = { leaseMs: 15_000, turnMs: 1_000, idleMs: 250, againMs: 100, aloneMs: 2_000 };

/**
 * Creates a concurrency limiter for all processes together: at most `most` calls at the same time. A process keeps a
 * slot for several calls, and for `idleMs` after the last call, so a busy process contacts Redis once a second instead
 * of once per call. If another process waits, the slot is passed on. While Redis is unavailable, each process limits
 * itself to `most` divided by the last known number of processes, at least one.
 * @param connections called before a slot is released, with the number of connections that may stay open, because idle
 * connections also count.
 */
export function sharedLimiter(
  slots: Slots,
  {
    most,
    times = {},
    connections = () => undefined,
  }: { most: number; times?: Partial<SlotTimes>; connections?: (most: number) => void },
): Limiter {
  const { leaseMs, turnMs, idleMs, againMs, aloneMs } = { ...TIMES, ...times };
  const waiting: (() => Promise<void>)[] = [];
  let calling = false;
  let retryTimer: NodeJS.Timeout | null = null;
  /** Epoch milliseconds until which this process calls Jamf Pro without shared slots, after Redis failed. */
  let aloneUntil = 0;
  let withoutSlot = 0;
  const reportOpen = () => connections(held.all.size + withoutSlot);
  const held = createHeldSlots(slots, { most, leaseMs, turnMs, released: reportOpen });

  const runWaiting = async (slot: Slot): Promise<void> => {
    if (slot.idle) clearTimeout(slot.idle);
    slot.idle = null;
    slot.busy = true;
    for (let work = waiting.shift(); work; work = await nextWork(slot)) await work();
    slot.busy = false;
    if (!held.all.has(slot.name) || waiting.length > 0) dispatch();
    else slot.idle = setTimeout(() => void held.give(slot), idleMs);
  };

  const nextWork = async (slot: Slot) =>
    waiting.length === 0 || (await held.keeps(slot)) ? waiting.shift() : undefined;

  const take = async (): Promise<void> => {
    if (await held.take(waiting.length)) return;
    retryTimer ??= setTimeout(
      () => {
        retryTimer = null;
        dispatch();
      },
      againMs * (1 + Math.random() / 2),
    );
  };

  const dispatch = (): void => {
    for (const slot of held.all.values()) if (!slot.busy && waiting.length > 0) void runWaiting(slot);
    if (waiting.length === 0) return;
    if (Date.now() < aloneUntil) {
      workAlone();
      return;
    }
    if (calling || retryTimer || held.all.size >= most) return;
    calling = true;
    take()
      .catch(() => {
        aloneUntil = Date.now() + aloneMs;
      })
      .finally(() => {
        calling = false;
        dispatch();
      });
  };

  const workAlone = (): void => {
    while (waiting.length > 0 && withoutSlot + held.all.size < held.share) {
      const work = waiting.shift();
      withoutSlot += 1;
      void work?.().finally(() => {
        withoutSlot -= 1;
        reportOpen();
        dispatch();
      });
    }
  };

  return (work) =>
    new Promise((resolve, reject) => {
      waiting.push(() => work().then(resolve, reject));
      dispatch();
    });
}
