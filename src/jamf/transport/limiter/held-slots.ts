import { randomUUID } from 'node:crypto';

/**
 * Changes the connection slots that all processes share in Redis. Rejects if Redis is unavailable. `take` and `more`
 * acquire slots; `take` also registers the process as waiting if none is free; `renew` extends leases; `give` releases
 * slots. `wanted` in the result: another process waits for a slot.
 */
export type Slots = (request: {
  what: 'take' | 'more' | 'renew' | 'give';
  holder: string;
  slots: readonly string[];
  most: number;
  leaseMs: number;
}) => Promise<{ held: readonly string[]; processes: number; wanted: boolean }>;

/** A connection slot that this process holds. */
export interface Slot {
  name: string;
  busy: boolean;
  turnEndsAt: number;
  /** Timer that releases the slot when it has been idle for too long. */
  idle: NodeJS.Timeout | null;
}

/** The connection slots that this process holds, and the operations that change them in Redis. */
export interface HeldSlots {
  readonly all: ReadonlyMap<string, Slot>;
  /**
   * Number of concurrent calls of this process while Redis is unavailable: `most` divided by the number of processes,
   * at least one.
   */
  readonly share: number;
  /** Acquires up to `count` further slots. Returns whether it acquired any. Rejects if Redis is unavailable. */
  take(count: number): Promise<boolean>;
  /** Releases a slot. */
  give(slot: Slot): Promise<void>;
  /** Checks once per `turnMs` whether another process waits. If so, releases the slot and returns `false`. */
  keeps(slot: Slot): Promise<boolean>;
}

/**
 * Creates an object that holds slots and renews their leases. `released` is called before a slot is released in Redis.
 */
export function createHeldSlots(
  slots: Slots,
  {
    most,
    leaseMs,
    turnMs,
    released,
  }: { most: number; leaseMs: number; turnMs: number; released: () => void },
): HeldSlots {
  const holder = randomUUID();
  const held = new Map<string, Slot>();
  let heartbeat: NodeJS.Timeout | null = null;
  let share = most;

  const callStore = async (what: Parameters<Slots>[0]['what'], names: readonly string[]) => {
    const answer = await slots({ what, holder, slots: names, most, leaseMs });
    share = Math.max(1, Math.floor(most / answer.processes));
    return answer;
  };

  const renewAll = () => {
    // If the leases cannot be renewed, they expire. Calls in progress still complete.
    if (held.size > 0) callStore('renew', [...held.keys()]).catch(() => undefined);
  };

  const give = async ({ name }: Slot): Promise<void> => {
    held.delete(name);
    released();
    if (held.size === 0 && heartbeat) {
      clearInterval(heartbeat);
      heartbeat = null;
    }
    // If the slot cannot be released, its lease expires.
    await callStore('give', [name]).catch(() => undefined);
  };

  return {
    all: held,
    get share() {
      return share;
    },
    give,

    async take(count) {
      const free = Array.from({ length: most }, (_, index) => `${holder}/${index}`).filter(
        (name) => !held.has(name),
      );
      const { held: granted } = await callStore(held.size === 0 ? 'take' : 'more', free.slice(0, count));
      for (const name of granted)
        held.set(name, { name, busy: false, turnEndsAt: Date.now() + turnMs, idle: null });
      if (granted.length > 0) heartbeat ??= setInterval(renewAll, leaseMs / 3);
      return granted.length > 0;
    },

    async keeps(slot) {
      if (Date.now() < slot.turnEndsAt) return true;
      slot.turnEndsAt = Date.now() + turnMs;
      const answer = await callStore('renew', [slot.name]).catch(() => null);
      if (answer?.wanted !== true) return true;
      await give(slot);
      return false;
    },
  };
}
