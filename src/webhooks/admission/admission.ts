import { hash, randomUUID } from 'node:crypto';
import type { Admission, AdmissionOutcome, Admit } from '../../store/admission/admission.js';
import type { LoggedEvent } from '../../store/admission/event-log.js';
import { replayMark } from '../../store/admission/event-log.js';
import type { Hints } from '../../store/hints/hints.js';
import type { ProfileHints } from '../../store/hints/profile-hints.js';
import type { Telemetry } from '../../telemetry/bus.js';
import type { ComputerFacts } from '../recognise/fields.js';
import { createBatcher } from '../../process/batcher.js';
import type { RecognizedEvent } from '../recognise/recognise.js';
import type { Arrival, Spooled } from '../spool/line.js';
import type { Spool } from '../spool/spool.js';
import { createAssessTrigger } from './assess-trigger.js';
import { withTimeout } from './timeout.js';

/** The response to an admitted webhook. `spooled`: it is on the local disk and is admitted to Redis when Redis is available again. */
export interface Admitted {
  outcome: 'admitted' | 'duplicate' | 'ignored' | 'spooled';
  event: string;
  /**
   * `hint`: the Macs were queued for assessment. `touch`: the check-in was recorded. `profile`: a watched profile is read again.
   * `unresolved`: the Mac is unknown.
   */
  effect: 'hint' | 'touch' | 'profile' | 'hold' | 'none' | 'unresolved';
  computers: number;
}

/** Admission, the last step of webhook intake. */
export interface WebhookAdmission {
  /** Rejects when neither the store nor the spool accepted the webhook. `body` is the raw body, `keep` the redacted body for the event log. */
  admit(
    instance: string,
    recognised: RecognizedEvent,
    content: { body: Buffer; keep: string },
  ): Promise<Admitted>;
  /** Admits spooled webhooks in order. Rejects when the store did not accept all of them. */
  drainSpool(batch: readonly Spooled[]): Promise<void>;
  /**
   * Admits an event of the event log again and marks it there as a replay. A replay is never a duplicate, does not update the last
   * contact, and does not repeat a hold, which applied to its time only. Rejects when the store did not accept it; it is not spooled.
   */
  replayEvent(
    instance: string,
    recognised: RecognizedEvent,
    original: Pick<LoggedEvent, 'id' | 'admittedAt'>,
  ): Promise<Admitted>;
  /** Resolves when every accepted webhook is admitted and all assess jobs are requested. */
  idle(): Promise<void>;
}

/** Dependencies of admission. */
export interface WebhookAdmissionDeps {
  admit: Admit;
  hints: Pick<Hints, 'add'>;
  profileHints: Pick<ProfileHints, 'add'>;
  /** Whether a profile, by its Jamf Pro ID, is watched. */
  watches: (instance: string, profileId: string) => boolean;
  /** Finds the computer ID by serial number or UDID; `null` for an unknown Mac. */
  findComputerId: (instance: string, computer: ComputerFacts) => Promise<string | null>;
  /** Requests an assess job after a delay in milliseconds. */
  wakeAssess: (instance: string, delayMs: number) => Promise<void>;
  telemetry: Telemetry;
  now: () => number;
  /** By instance, in milliseconds: wait that lets one call to Jamf Pro read many Macs, and wait for the profiles of a new Mac. */
  waits: Readonly<Record<string, { gatherMs: number; addedDelayMs: number }>>;
  /** Whether duplicate detection is on for an instance. */
  dedupes: (instance: string) => boolean;
  /** The spool for webhooks while the store is unavailable; `null` when none is configured. */
  spool: () => Spool | null;
}

/** Maximum webhooks per call. The script blocks Redis for about 5 µs for each. */
const BATCH_SIZE = 200;
/** Concurrent calls. */
const LANES = 2;
/** Maximum Macs of one smart-group change per call, so that the calls of other clients run in between. */
const CHUNK = 500;
/** Up to this number of Macs, a smart-group change is stored in the same call as the webhook. */
const MAX_INLINE = 50;

const NONE = { does: 'none' } as const;

/** Timeout for the store, and for store and disk together, in milliseconds. Jamf Pro waits 2 s for the response. */
const STORE_TIMEOUT_MS = 1_000;
const TOTAL_TIMEOUT_MS = 1_400;

/** Creates the admission of webhooks into the store: batched and in order of arrival, separately for each Jamf Pro server. */
export function createWebhookAdmission(deps: WebhookAdmissionDeps): WebhookAdmission {
  const { now } = deps;
  const waker = createAssessTrigger(deps);
  const gatherings = new Map(
    Object.keys(deps.waits).map((instance) => [
      instance,
      createBatcher<Admission, AdmissionOutcome>(
        async (admissions) => {
          const { outcomes, wakeAt } = await deps.admit(instance, admissions);
          waker.wake(instance, wakeAt);
          return outcomes;
        },
        { most: BATCH_SIZE, lanes: LANES, shared: true },
      ),
    ]),
  );

  /** Queues the Macs of a large change before the webhook is recorded. After a crash in between, a repeated webhook queues them again, which is harmless. */
  async function addMany(instance: string, hint: NonNullable<Admission['hint']>): Promise<void> {
    for (let from = 0; from < hint.computerIds.length; from += CHUNK) {
      const wakeAt = await deps.hints.add(instance, hint.computerIds.slice(from, from + CHUNK), hint);
      waker.wake(instance, wakeAt);
    }
  }

  /** Also runs before the webhook is recorded. `false`: the profile is not watched. */
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
    if (!gathering || !waits) throw new Error(`no Jamf Pro server named ${instance} is configured`);
    const { recognised, identity, keep, arrivedAt } = arrival;
    const { effect, event, at, webhookId } = recognised;

    const computer = 'computer' in effect ? effect.computer : null;
    const computerId =
      computer === null ? null : (computer.id ?? (await deps.findComputerId(instance, computer)));
    const unresolved = computer !== null && computerId === null;
    const unwatched =
      effect.does === 'profile' &&
      !(await addProfile(instance, effect.profileId, arrivedAt + waits.gatherMs));
    const does = unresolved ? 'unresolved' : unwatched ? 'none' : doesOf(effect);

    const hint = hintOf(recognised, computerId, {
      soonAt: arrivedAt + waits.gatherMs,
      laterAt: arrivedAt + waits.addedDelayMs,
    });
    const inline = hint !== null && hint.computerIds.length <= MAX_INLINE;
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
        return await withTimeout(STORE_TIMEOUT_MS, store(instance, arrival));
      } catch (error) {
        cause = error;
      }
    }
    const leftMs = TOTAL_TIMEOUT_MS - (performance.now() - startedAt);
    try {
      await withTimeout(leftMs, spool.append({ instance, ...arrival }));
    } catch (error) {
      // The disk failed before Redis was tried: Redis may be available again although the replay is not finished.
      if (cause === null)
        return withTimeout(TOTAL_TIMEOUT_MS - (performance.now() - startedAt), store(instance, arrival));
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
        // With a spool, a crash or a lost reply can cause a second admission, so that each webhook needs an identity.
        identity: (deps.dedupes(instance) ? identityOf(recognised, body) : null) ?? (spool && randomUUID()),
        keep,
        arrivedAt: now(),
      };
      return spool ? storeOrSpool(spool, instance, arrival) : store(instance, arrival);
    },

    async drainSpool(batch) {
      const results = await Promise.allSettled(
        batch.map(async ({ instance, ...arrival }) => {
          if (gatherings.has(instance)) await store(instance, arrival);
          else deps.telemetry.emit('spool.dropped', { instance });
        }),
      );
      const failed = results.find(({ status }) => status === 'rejected');
      if (failed?.status === 'rejected') throw failed.reason;
    },

    replayEvent: (instance, recognised, { id, admittedAt }) =>
      store(
        instance,
        {
          recognised: recognised.effect.does === 'hold' ? { ...recognised, effect: NONE } : recognised,
          identity: null,
          // The body is stored only with the original event.
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

function doesOf({ does }: RecognizedEvent['effect']): Exclude<Admitted['effect'], 'unresolved'> {
  return does === 'hints' ? 'hint' : does;
}

function hintOf(
  { effect }: RecognizedEvent,
  computerId: string | null,
  { soonAt, laterAt }: { soonAt: number; laterAt: number },
): Admission['hint'] {
  if (effect.does === 'hints')
    return { computerIds: effect.computerIds, reason: effect.reason, ripeAt: soonAt };
  if (effect.does !== 'hint' || computerId === null) return null;
  return { computerIds: [computerId], reason: effect.reason, ripeAt: effect.later ? laterAt : soonAt };
}

/**
 * Returns the identity for duplicate detection: a hash of the body, because Jamf Pro webhooks carry no delivery ID. The body contains
 * event, computer, timestamp and webhook ID. Without a timestamp, two events of one Mac can have the same body; they have no identity
 * then, because a repeated assessment is harmless and a lost one is not.
 */
function identityOf({ at }: RecognizedEvent, body: Buffer): string | null {
  return at === null ? null : hash('sha256', body, 'base64url').slice(0, 22);
}
