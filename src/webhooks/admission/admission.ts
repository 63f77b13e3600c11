import { hash, randomUUID } from 'node:crypto';
import type { Admission, AdmissionOutcome, Admit } from '../../store/admission/admission.js';
import type { LoggedEvent } from '../../store/admission/event-log.js';
import { replayMark } from '../../store/admission/event-log.js';
import type { Hints } from '../../store/hints/hints.js';
import type { ProfileHints } from '../../store/hints/profile-hints.js';
import type { Telemetry } from '../../telemetry/bus.js';
import type { ComputerFacts } from '../recognise/fields.js';
import { createGathering } from './batcher.js';
import type { Recognised } from '../recognise/recognise.js';
import type { Arrival, Spooled } from '../spool/line.js';
import type { Spool } from '../spool/spool.js';
import { createWaker } from './assess-trigger.js';
import { within } from './timeout.js';

/** What the sender is told of a webhook that was admitted. `spooled`: it is on the local disk, and goes on when Redis is back. */
export interface Admitted {
  outcome: 'admitted' | 'duplicate' | 'ignored' | 'spooled';
  event: string;
  /**
   * `hint`: somebody will look at the Mac, or the Macs. `touch`: contact is noted. `profile`: a watched profile is read again.
   * `unresolved`: no such Mac is known yet.
   */
  effect: 'hint' | 'touch' | 'profile' | 'hold' | 'none' | 'unresolved';
  computers: number;
}

/** The last step of the way in. */
export interface Reception {
  /** Rejects when neither the store nor the spool took it. `body` is what was sent, `keep` what is kept of it for a look. */
  admit(instance: string, recognised: Recognised, content: { body: Buffer; keep: string }): Promise<Admitted>;
  /** Admits what was spooled, in order. Rejects when the store did not take all of it. */
  replay(batch: readonly Spooled[]): Promise<void>;
  /**
   * Admits an event of the log again, and says so in the log: never a duplicate, and no news of when the Mac was in contact.
   * A hold is of a moment that is over: it is not done again. Rejects when the store did not take it; there is no spool behind it.
   */
  again(
    instance: string,
    recognised: Recognised,
    original: Pick<LoggedEvent, 'id' | 'admittedAt'>,
  ): Promise<Admitted>;
  /** Resolves when everything taken is admitted and every worker that must wake was told. */
  idle(): Promise<void>;
}

/** What the reception needs of others. */
export interface ReceptionDeps {
  admit: Admit;
  hints: Pick<Hints, 'add'>;
  profileHints: Pick<ProfileHints, 'add'>;
  /** Whether a profile, by its id in Jamf, is one of those that are watched. */
  watches: (instance: string, profileId: string) => boolean;
  /** Computer id of a Mac that is known by its serial number or udid only, `null` when there is none. */
  findComputerId: (instance: string, computer: ComputerFacts) => Promise<string | null>;
  /** Asks for an assess job after a delay in milliseconds. */
  wakeAssess: (instance: string, delayMs: number) => Promise<void>;
  telemetry: Telemetry;
  now: () => number;
  /** Milliseconds, by instance: how long hints wait for others, and how long for the profiles of a new Mac. */
  waits: Readonly<Record<string, { gatherMs: number; addedDelayMs: number }>>;
  /** Instances that configuration asks to find duplicates in. */
  dedupes: (instance: string) => boolean;
  /** Where webhooks go while the store is away; `null` when none is configured. */
  spool: () => Spool | null;
}

/** Webhooks in one call: Lua keeps Redis busy for about 5 µs for each. */
const BATCH = 200;
/** Calls on their way at once. */
const LANES = 2;
/** Macs of one smart-group change in one call: others get their turn in between. */
const CHUNK = 500;
/** A change of no more Macs travels with the webhook itself. */
const INLINE = 50;

const NONE = { does: 'none' } as const;

/** Longest wait for the store and for store and disk together, milliseconds: Jamf Pro gives up after 2 s. */
const STORE_MS = 1_000;
const ALL_MS = 1_400;

/** Admits webhooks into the store: gathered, in the order of arrival, one gathering for each Jamf Pro server. */
export function createReception(deps: ReceptionDeps): Reception {
  const { now } = deps;
  const waker = createWaker(deps);
  const gatherings = new Map(
    Object.keys(deps.waits).map((instance) => [
      instance,
      createGathering<Admission, AdmissionOutcome>(
        async (admissions) => {
          const { outcomes, wakeAt } = await deps.admit(instance, admissions);
          waker.wake(instance, wakeAt);
          return outcomes;
        },
        { most: BATCH, lanes: LANES },
      ),
    ]),
  );

  /** Large changes go before the webhook is marked as seen: ended in between, the same webhook does it again, which is harmless. */
  async function addMany(instance: string, hint: NonNullable<Admission['hint']>): Promise<void> {
    for (let from = 0; from < hint.computerIds.length; from += CHUNK) {
      const wakeAt = await deps.hints.add(instance, hint.computerIds.slice(from, from + CHUNK), hint);
      waker.wake(instance, wakeAt);
    }
  }

  /** Before the webhook is marked as seen, for the same reason. `false`: the profile is none of ours. */
  async function addProfile(instance: string, profileId: string, ripeAt: number): Promise<boolean> {
    if (!deps.watches(instance, profileId)) return false;
    waker.wake(instance, await deps.profileHints.add(instance, [profileId], { reason: 'profile', ripeAt }));
    return true;
  }

  async function store(
    instance: string,
    arrival: Arrival,
    replayOf: string | null = null,
  ): Promise<Admitted> {
    const gathering = gatherings.get(instance);
    const waits = deps.waits[instance];
    if (!gathering || !waits) throw new Error(`no Jamf Pro server of the name ${instance} is configured`);
    const { recognised, identity, keep, arrivedAt } = arrival;
    const { effect, event, at, webhookId } = recognised;

    const computer = 'computer' in effect ? effect.computer : null;
    const computerId =
      computer === null ? null : (computer.id ?? (await deps.findComputerId(instance, computer)));
    const unresolved = computer !== null && computerId === null;
    const idle =
      effect.does === 'profile' &&
      !(await addProfile(instance, effect.profileId, arrivedAt + waits.gatherMs));
    const does = unresolved ? 'unresolved' : idle ? 'none' : doesOf(effect);

    const hint = hintOf(recognised, computerId, {
      soonAt: arrivedAt + waits.gatherMs,
      laterAt: arrivedAt + waits.addedDelayMs,
    });
    const inline = hint !== null && hint.computerIds.length <= INLINE;
    if (hint && !inline) await addMany(instance, hint);

    const outcome = await gathering.add({
      identity,
      computerId,
      seenAt: at === null ? arrivedAt : Math.min(at, arrivedAt),
      hint: inline ? hint : null,
      watchedHint:
        effect.does === 'touch' ? { reason: 'check-in', ripeAt: arrivedAt + waits.gatherMs } : null,
      holdUntil: effect.does === 'hold' ? arrivedAt + effect.holdMs : null,
      log: { event, at, webhookId: replayMark(webhookId, replayOf), outcome: does, body: keep },
    });
    return {
      outcome: outcome === 'duplicate' ? 'duplicate' : does === 'none' ? 'ignored' : 'admitted',
      event,
      effect: outcome === 'duplicate' ? 'none' : outcome === 'woken' ? 'hint' : does,
      computers: outcome === 'duplicate' ? 0 : (hint?.computerIds.length ?? (computerId === null ? 0 : 1)),
    };
  }

  async function storeOrSpool(spool: Spool, instance: string, arrival: Arrival): Promise<Admitted> {
    const startedAt = performance.now();
    let cause: unknown = null;
    if (!spool.active()) {
      try {
        return await within(STORE_MS, store(instance, arrival));
      } catch (error) {
        cause = error;
      }
    }
    const leftMs = ALL_MS - (performance.now() - startedAt);
    try {
      await within(leftMs, spool.append({ instance, ...arrival }));
    } catch (error) {
      // The disk failed first: Redis may be back, with only the replay behind.
      if (cause === null) return within(ALL_MS - (performance.now() - startedAt), store(instance, arrival));
      throw error;
    }
    const { effect, event } = arrival.recognised;
    const computers =
      'computer' in effect ? 1 : effect.does === 'hints' ? new Set(effect.computerIds).size : 0;
    return { outcome: 'spooled', event, effect: doesOf(effect), computers };
  }

  return {
    async admit(instance, recognised, { body, keep }) {
      const spool = deps.spool();
      const arrival = {
        recognised,
        // With a spool it may come again after a lost answer or a crash, so that each has a name then.
        identity: (deps.dedupes(instance) ? identityOf(recognised, body) : null) ?? (spool && randomUUID()),
        keep,
        arrivedAt: now(),
      };
      return spool ? storeOrSpool(spool, instance, arrival) : store(instance, arrival);
    },

    async replay(batch) {
      const results = await Promise.allSettled(
        batch.map(async ({ instance, ...arrival }) => {
          if (gatherings.has(instance)) await store(instance, arrival);
          else deps.telemetry.emit('spool.dropped', { instance });
        }),
      );
      const failed = results.find(({ status }) => status === 'rejected');
      if (failed?.status === 'rejected') throw failed.reason;
    },

    again: (instance, recognised, { id, admittedAt }) =>
      store(
        instance,
        {
          recognised: recognised.effect.does === 'hold' ? { ...recognised, effect: NONE } : recognised,
          identity: null,
          // The body stays with the original.
          keep: '',
          arrivedAt: admittedAt,
        },
        id,
      ),

    async idle() {
      for (const gathering of gatherings.values()) await gathering.idle();
      await waker.idle();
    },
  };
}

function doesOf({ does }: Recognised['effect']): Exclude<Admitted['effect'], 'unresolved'> {
  return does === 'hints' ? 'hint' : does;
}

function hintOf(
  { effect }: Recognised,
  computerId: string | null,
  { soonAt, laterAt }: { soonAt: number; laterAt: number },
): Admission['hint'] {
  if (effect.does === 'hints')
    return { computerIds: effect.computerIds, reason: effect.reason, ripeAt: soonAt };
  if (effect.does !== 'hint' || computerId === null) return null;
  return { computerIds: [computerId], reason: effect.reason, ripeAt: effect.later ? laterAt : soonAt };
}

/**
 * Jamf Pro gives a delivery no id (jamf-facts 1.1). The body holds event, computer, instant and webhook id, so its hash stands for all
 * of them and for what tells two operations of one millisecond apart. Without an instant two reports of one Mac look alike: then none is
 * a duplicate, since doing a hint twice is harmless and losing one is not.
 */
function identityOf({ at }: Recognised, body: Buffer): string | null {
  return at === null ? null : hash('sha256', body, 'base64url').slice(0, 22);
}
