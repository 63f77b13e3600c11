import { hash, randomUUID } from 'node:crypto';
import type { Admit } from '../../store/admission/admission.js';
import type { LoggedEvent } from '../../store/admission/event-log.js';
import type { Hints } from '../../store/hints/hints.js';
import type { ProfileHints } from '../../store/hints/profile-hints.js';
import type { Telemetry } from '../../telemetry/bus.js';
import type { ComputerFacts } from '../recognise/fields.js';
import type { RecognizedEvent } from '../recognise/recognise.js';
import type { Arrival, Spooled } from '../spool/line.js';
import type { Spool } from '../spool/spool.js';
import { createIntake, doesOf, type Store } from './intake.js';
import { createResend } from './resend.js';
import { withTimeout } from './timeout.js';

/**
 * The response to an admitted webhook. `spooled`: the webhook is on the local disk, and is admitted to Redis when
 * Redis is available again.
 */
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

/** The last step of receiving a webhook: it is stored in Redis or in the spool. */
export interface WebhookAdmission {
  /**
   * Rejects when neither Redis nor the spool accepted the webhook. `body` is the raw body; `keep` is the body
   * without secrets, for the event log.
   */
  admit(
    instance: string,
    recognised: RecognizedEvent,
    content: { body: Buffer; keep: string },
  ): Promise<Admitted>;
  /** Admits webhooks from the spool in order. Rejects when Redis did not accept all of them. */
  drainSpool(batch: readonly Spooled[]): Promise<void>;
  /**
   * Admits an event of the event log again and marks it there as a replay. A replay is never a duplicate, does not
   * update the last contact, and does not repeat a hold, because the hold concerned only the time of the original
   * event. Rejects when Redis did not accept the event; a replay is never written to the spool.
   */
  replayEvent(
    instance: string,
    recognised: RecognizedEvent,
    original: Pick<LoggedEvent, 'id' | 'admittedAt'>,
  ): Promise<Admitted>;
  /** Resolves when every accepted webhook is admitted and all assess jobs are requested. */
  idle(): Promise<void>;
}

/** Dependencies of the admission of webhooks. */
export interface WebhookAdmissionDeps {
  admit: Admit;
  hints: Pick<Hints, 'add'>;
  profileHints: Pick<ProfileHints, 'add'>;
  /** Whether a profile, given by its Jamf Pro ID, is watched. */
  watches: (instance: string, profileId: string) => boolean;
  /** Finds the Jamf Pro ID of a Mac by serial number or UDID; `null` for an unknown Mac. */
  findComputerId: (instance: string, computer: ComputerFacts) => Promise<string | null>;
  /** Requests an assess job after a delay in milliseconds. */
  wakeAssess: (instance: string, delayMs: number) => Promise<void>;
  telemetry: Telemetry;
  now: () => number;
  /**
   * Delays by name of the Jamf Pro server, milliseconds. `gatherMs`: delay before Macs are assessed, so that one call
   * to Jamf Pro reads many of them. `addedDelayMs`: delay for a new Mac, whose profiles take time to arrive.
   */
  waits: Readonly<Record<string, { gatherMs: number; addedDelayMs: number }>>;
  /** Whether the detection of duplicates is enabled for a Jamf Pro server. */
  dedupes: (instance: string) => boolean;
  /** Returns the spool for webhooks while Redis is unavailable; `null` when none is configured. */
  spool: () => Spool | null;
  /** Whether a call failed because the connection to Redis was lost, so that it can be repeated. */
  isConnectionLoss: (error: unknown) => boolean;
}

const NONE = { does: 'none' } as const;

/** Timeout for Redis, and for Redis and disk together, milliseconds. Jamf Pro waits 2 s for the response. */
const STORE_TIMEOUT_MS = 1_000;
const TOTAL_TIMEOUT_MS = 1_400;

/**
 * Creates the admission of webhooks. Webhooks are stored several at a time and in the order of their arrival,
 * separately for each Jamf Pro server.
 */
export function createWebhookAdmission(deps: WebhookAdmissionDeps): WebhookAdmission {
  const { now } = deps;
  const intake = createIntake(deps);
  const { store } = intake;
  const resend = createResend(deps.isConnectionLoss);

  return {
    async admit(instance, recognised, { body, keep }) {
      const spool = deps.spool();
      const arrival = {
        recognised,
        // With a spool, a crash or a lost reply can cause a second admission, so each webhook needs an identity.
        identity: (deps.dedupes(instance) ? identityOf(recognised, body) : null) ?? (spool && randomUUID()),
        keep,
        arrivedAt: now(),
      };
      return spool
        ? storeOrSpool({ store, spool, resend }, instance, arrival)
        : resend(() => store(instance, arrival));
    },

    async drainSpool(batch) {
      const results = await Promise.allSettled(
        batch.map(async ({ instance, ...arrival }) => {
          if (intake.has(instance)) await store(instance, arrival);
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

    idle: () => intake.idle(),
  };
}

/** Writes a webhook to the spool if Redis does not accept it in time, or if earlier webhooks are waiting in the spool. */
async function storeOrSpool(
  { store, spool, resend }: { store: Store; spool: Spool; resend: ReturnType<typeof createResend> },
  instance: string,
  arrival: Arrival,
): Promise<Admitted> {
  const startedAt = performance.now();
  let cause: unknown = null;
  if (!spool.active()) {
    try {
      return await withTimeout(
        STORE_TIMEOUT_MS,
        resend(() => store(instance, arrival)),
      );
    } catch (error) {
      cause = error;
    }
  }
  const leftMs = TOTAL_TIMEOUT_MS - (performance.now() - startedAt);
  try {
    await withTimeout(leftMs, spool.append({ instance, ...arrival }));
  } catch (error) {
    // The write to the disk failed, and Redis was not tried because the spool is active. Redis may be available again,
    // although the replay of the spool is not finished.
    if (cause === null)
      return withTimeout(TOTAL_TIMEOUT_MS - (performance.now() - startedAt), store(instance, arrival));
    throw error;
  }
  const { effect, event } = arrival.recognised;
  const computers = 'computer' in effect ? 1 : effect.does === 'hints' ? new Set(effect.computerIds).size : 0;
  return { outcome: 'spooled', event, effect: doesOf(effect), computers };
}

/**
 * Returns the identity with which duplicates are detected: a hash of the body, because webhooks of Jamf Pro have no
 * delivery ID. The body contains event, computer, timestamp and webhook ID. Without a timestamp, two events of one Mac
 * can have the same body. A webhook without a timestamp therefore has no identity: a repeated assessment is harmless,
 * but a lost assessment is not.
 */
function identityOf({ at }: RecognizedEvent, body: Buffer): string | null {
  return at === null ? null : hash('sha256', body, 'base64url').slice(0, 22);
}
