import { randomUUID } from 'node:crypto';
import type { Limiter } from './limiter.js';

/** The slots of one Jamf Pro server, kept where all processes see them. Rejects when that place cannot be reached. */
export type Slots = (request: {
  what: 'take' | 'more' | 'renew' | 'give';
  holder: string;
  slots: readonly string[];
  most: number;
  leaseMs: number;
}) => Promise<{ held: readonly string[]; processes: number; wanted: boolean }>;

/** Times of a shared limiter, milliseconds; the defaults suit production. */
export interface SlotTimes {
  /** The slot of a process that was killed is free again after this. */
  leaseMs: number;
  /** A busy process asks once in this time whether others wait for its slot. */
  turnMs: number;
  /** A slot is kept so long for the next call. */
  idleMs: number;
  /** Who found no slot asks again after this, and up to half of it more. */
  againMs: number;
  /** While the slots cannot be reached the process keeps to its share for so long, and then asks again. */
  aloneMs: number;
}

const TIMES: SlotTimes = { leaseMs: 15_000, turnMs: 1_000, idleMs: 250, againMs: 100, aloneMs: 2_000 };

interface Slot {
  name: string;
  busy: boolean;
  turnEndsAt: number;
  /** Runs while nothing uses it. */
  idle: NodeJS.Timeout | null;
}

/**
 * At most `most` calls at once over all processes. A slot is held while there is work for it and a moment longer, so that a busy
 * process asks once a second and not once a call; a process that finds none waits and makes the others take turns.
 * While the slots cannot be reached, each process keeps to its share: `most` by the number of processes seen last, at least one.
 *
 * @param connections called with how many connections may stay open, before a slot is given back: a kept connection is one, too
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
  let asking = false;
  let again: NodeJS.Timeout | null = null;
  let heartbeat: NodeJS.Timeout | null = null;
  let share = most;
  /** Works without a slot, and until when that is so. */
  let aloneUntil = 0;
  let unslotted = 0;

  const ask = async (what: Parameters<Slots>[0]['what'], names: readonly string[]) => {
    const answer = await slots({ what, holder, slots: names, most, leaseMs });
    share = Math.max(1, Math.floor(most / answer.processes));
    return answer;
  };

  const beat = () => {
    // A lease that could not be prolonged ends by itself; the call under way is carried through.
    if (held.size > 0) ask('renew', [...held.keys()]).catch(() => undefined);
  };

  const drop = (name: string) => {
    held.delete(name);
    connections(held.size + unslotted);
    if (held.size === 0 && heartbeat) {
      clearInterval(heartbeat);
      heartbeat = null;
    }
  };

  const give = (slot: Slot) => {
    drop(slot.name);
    // One that cannot be given back runs out.
    ask('give', [slot.name]).catch(() => undefined);
  };

  const use = async (slot: Slot): Promise<void> => {
    if (slot.idle) clearTimeout(slot.idle);
    slot.idle = null;
    slot.busy = true;
    for (let work = waiting.shift(); work; work = (await mayGoOn(slot)) ? waiting.shift() : undefined)
      await work();
    slot.busy = false;
    if (!held.has(slot.name) || waiting.length > 0) pump();
    else slot.idle = setTimeout(() => give(slot), idleMs);
  };

  /** Once a turn the others are asked for: who has waited gets the slot. */
  const mayGoOn = async (slot: Slot): Promise<boolean> => {
    if (waiting.length === 0 || Date.now() < slot.turnEndsAt) return true;
    slot.turnEndsAt = Date.now() + turnMs;
    const answer = await ask('renew', [slot.name]).catch(() => null);
    if (answer?.wanted !== true) return true;
    drop(slot.name);
    await ask('give', [slot.name]).catch(() => undefined);
    return false;
  };

  const take = async (): Promise<void> => {
    const free = Array.from({ length: most }, (_, index) => `${holder}/${index}`).filter(
      (name) => !held.has(name),
    );
    const { held: granted } = await ask(held.size === 0 ? 'take' : 'more', free.slice(0, waiting.length));
    for (const name of granted)
      held.set(name, { name, busy: false, turnEndsAt: Date.now() + turnMs, idle: null });
    if (granted.length > 0) heartbeat ??= setInterval(beat, leaseMs / 3);
    else
      again ??= setTimeout(
        () => {
          again = null;
          pump();
        },
        againMs * (1 + Math.random() / 2),
      );
  };

  const pump = (): void => {
    for (const slot of held.values()) if (!slot.busy && waiting.length > 0) void use(slot);
    if (waiting.length === 0) return;
    if (Date.now() < aloneUntil) {
      workAlone();
      return;
    }
    if (asking || again || held.size >= most) return;
    asking = true;
    take()
      .catch(() => {
        aloneUntil = Date.now() + aloneMs;
      })
      .finally(() => {
        asking = false;
        pump();
      });
  };

  const workAlone = (): void => {
    while (waiting.length > 0 && unslotted + held.size < share) {
      const work = waiting.shift();
      unslotted += 1;
      void work?.().finally(() => {
        unslotted -= 1;
        connections(held.size + unslotted);
        pump();
      });
    }
  };

  return (work) =>
    new Promise((resolve, reject) => {
      waiting.push(() => work().then(resolve, reject));
      pump();
    });
}
