import { randomUUID } from 'node:crypto';
import type { Limiter } from './limiter.js';

/**
 * Request to the slot store that all processes share. Rejects if the store is unavailable. `take` and `more` acquire slots, `take`
 * also queues the process if none is free; `renew` extends leases; `give` releases slots. `wanted`: another process is waiting.
 */
export type Slots = (request: {
  what: 'take' | 'more' | 'renew' | 'give';
  holder: string;
  slots: readonly string[];
  most: number;
  leaseMs: number;
}) => Promise<{ held: readonly string[]; processes: number; wanted: boolean }>;

/** Intervals of a shared limiter, milliseconds. The defaults are for production. */
export interface SlotTimes {
  /** Lease of a slot. The slots of a killed process become free after this time. */
  leaseMs: number;
  /** Interval at which a busy process checks whether another process waits for its slot. */
  turnMs: number;
  /** Time for which an idle slot is kept for the next call. */
  idleMs: number;
  /** Wait before the next request if no slot was free, plus up to 50 % jitter. */
  againMs: number;
  /** Time for which the process works without slots after the store failed, before it tries the store again. */
  aloneMs: number;
}

const TIMES: SlotTimes = { leaseMs: 15_000, turnMs: 1_000, idleMs: 250, againMs: 100, aloneMs: 2_000 };

interface Slot {
  name: string;
  busy: boolean;
  turnEndsAt: number;
  /** Timer that releases the idle slot. */
  idle: NodeJS.Timeout | null;
}

/**
 * Concurrency limiter over all processes: at most `most` calls at the same time. A slot is held across calls and `idleMs` longer, so a
 * busy process contacts the store once a second instead of once per call. If another process waits, the slot is passed on.
 * While the store is unavailable, each process limits itself to `most` divided by the last known number of processes, at least one.
 *
 * @param connections called with the number of connections that may stay open, before a slot is released: idle connections count, too
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
  const holder = randomUUID();
  const held = new Map<string, Slot>();
  const waiting: (() => Promise<void>)[] = [];
  let calling = false;
  let retryTimer: NodeJS.Timeout | null = null;
  let heartbeat: NodeJS.Timeout | null = null;
  let fallbackLimit = most;
  /** Until this time the process works without slots, because the store failed; epoch milliseconds. */
  let aloneUntil = 0;
  let withoutSlot = 0;

  const callStore = async (what: Parameters<Slots>[0]['what'], names: readonly string[]) => {
    const answer = await slots({ what, holder, slots: names, most, leaseMs });
    fallbackLimit = Math.max(1, Math.floor(most / answer.processes));
    return answer;
  };

  const renewAll = () => {
    // If the renewal fails, the lease expires; the call in progress still completes.
    if (held.size > 0) callStore('renew', [...held.keys()]).catch(() => undefined);
  };

  const drop = (name: string) => {
    held.delete(name);
    connections(held.size + withoutSlot);
    if (held.size === 0 && heartbeat) {
      clearInterval(heartbeat);
      heartbeat = null;
    }
  };

  const give = (slot: Slot) => {
    drop(slot.name);
    // If the release fails, the lease expires.
    callStore('give', [slot.name]).catch(() => undefined);
  };

  const runWaiting = async (slot: Slot): Promise<void> => {
    if (slot.idle) clearTimeout(slot.idle);
    slot.idle = null;
    slot.busy = true;
    for (let work = waiting.shift(); work; work = (await keepsSlot(slot)) ? waiting.shift() : undefined)
      await work();
    slot.busy = false;
    if (!held.has(slot.name) || waiting.length > 0) dispatch();
    else slot.idle = setTimeout(() => give(slot), idleMs);
  };

  /** Checks once per `turnMs` whether another process waits. If so, releases the slot and returns false. */
  const keepsSlot = async (slot: Slot): Promise<boolean> => {
    if (waiting.length === 0 || Date.now() < slot.turnEndsAt) return true;
    slot.turnEndsAt = Date.now() + turnMs;
    const answer = await callStore('renew', [slot.name]).catch(() => null);
    if (answer?.wanted !== true) return true;
    drop(slot.name);
    await callStore('give', [slot.name]).catch(() => undefined);
    return false;
  };

  const take = async (): Promise<void> => {
    const free = Array.from({ length: most }, (_, index) => `${holder}/${index}`).filter(
      (name) => !held.has(name),
    );
    const { held: granted } = await callStore(
      held.size === 0 ? 'take' : 'more',
      free.slice(0, waiting.length),
    );
    for (const name of granted)
      held.set(name, { name, busy: false, turnEndsAt: Date.now() + turnMs, idle: null });
    if (granted.length > 0) heartbeat ??= setInterval(renewAll, leaseMs / 3);
    else
      retryTimer ??= setTimeout(
        () => {
          retryTimer = null;
          dispatch();
        },
        againMs * (1 + Math.random() / 2),
      );
  };

  const dispatch = (): void => {
    for (const slot of held.values()) if (!slot.busy && waiting.length > 0) void runWaiting(slot);
    if (waiting.length === 0) return;
    if (Date.now() < aloneUntil) {
      workAlone();
      return;
    }
    if (calling || retryTimer || held.size >= most) return;
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
    while (waiting.length > 0 && withoutSlot + held.size < fallbackLimit) {
      const work = waiting.shift();
      withoutSlot += 1;
      void work?.().finally(() => {
        withoutSlot -= 1;
        connections(held.size + withoutSlot);
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
