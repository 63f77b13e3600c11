import type { Admission, AdmissionOutcome } from '../../store/admission/admission.js';
import { replayMark } from '../../store/admission/event-log.js';
import { createBatcher } from '../../process/batcher.js';
import { messageOf } from '../../process/error-message.js';
import type { RecognizedEvent } from '../recognise/recognise.js';
import type { Arrival } from '../spool/line.js';
import type { Admitted, WebhookAdmissionDeps } from './admission.js';

/**
 * Admits one webhook to Redis. `replayOf` is the ID of the original event if the webhook is a replay. Rejects when
 * Redis did not accept the webhook.
 */
export type Store = (instance: string, arrival: Arrival, replayOf?: string | null) => Promise<Admitted>;

/** Admission of webhooks to Redis, without the spool. */
export interface Intake {
  store: Store;
  /** Whether a Jamf Pro server with this name is configured. */
  has(instance: string): boolean;
  idle(): Promise<void>;
}

/** Maximum number of webhooks per call to Redis. The Lua script blocks Redis for about 5 µs per webhook. */
const BATCH_SIZE = 200;
/** Maximum number of concurrent calls to Redis per Jamf Pro server. */
const LANES = 2;
/** Maximum number of Macs of one smart-group change per call, so that calls of other clients can run in between. */
const CHUNK = 500;
/** Up to this number of Macs, a smart-group change is stored in the same call as the webhook. */
const MAX_INLINE = 50;

/**
 * Creates the admission to Redis. Webhooks are stored several at a time and in the order of their arrival,
 * separately for each Jamf Pro server.
 */
export function createIntake(deps: WebhookAdmissionDeps): Intake {
  const trigger = createAssessTrigger(deps);
  const batchers = new Map(
    Object.keys(deps.waits).map((instance) => [
      instance,
      createBatcher<Admission, AdmissionOutcome>(
        async (admissions) => {
          const { outcomes, wakeAt } = await deps.admit(instance, admissions);
          trigger.wake(instance, wakeAt);
          return outcomes;
        },
        { most: BATCH_SIZE, lanes: LANES, shared: true },
      ),
    ]),
  );

  const queue = createQueueing(deps, trigger);

  const store: Store = async (instance, arrival, replayOf = null) => {
    const batcher = batchers.get(instance);
    const waits = deps.waits[instance];
    if (!batcher || !waits) throw new Error(`no Jamf Pro server named ${instance} is configured`);
    const { recognised, identity, keep, arrivedAt } = arrival;
    const { effect, event, at, webhookId } = recognised;

    const computer = 'computer' in effect ? effect.computer : null;
    const computerId =
      computer === null ? null : (computer.id ?? (await deps.findComputerId(instance, computer)));
    const unresolved = computer !== null && computerId === null;
    const unwatched =
      effect.does === 'profile' &&
      !(await queue.profile(instance, effect.profileId, arrivedAt + waits.gatherMs));
    const does = unresolved ? 'unresolved' : unwatched ? 'none' : doesOf(effect);

    const hint = hintOf(recognised, computerId, {
      soonAt: arrivedAt + waits.gatherMs,
      laterAt: arrivedAt + waits.addedDelayMs,
    });
    const inline = hint !== null && hint.computerIds.length <= MAX_INLINE;
    if (hint && !inline) await queue.macs(instance, hint);

    const outcome = await batcher.add({
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
  };

  return {
    store,
    has: (instance) => batchers.has(instance),
    async idle() {
      for (const batcher of batchers.values()) await batcher.idle();
      await trigger.idle();
    },
  };
}

/**
 * Requests assess jobs in the background. A lost request is harmless: the entry is stored in the assessment backlog,
 * and a sweep finds it.
 */
interface AssessTrigger {
  /** Requests a job for `wakeAt` (epoch milliseconds, as the Lua script returns it); `null` means that no job is needed. */
  wake(instance: string, wakeAt: number | null): void;
  /** Resolves when every request was attempted. */
  idle(): Promise<void>;
}

/** Creates the object that requests assess jobs in the background. */
export function createAssessTrigger({
  wakeAssess,
  telemetry,
  now,
}: Pick<WebhookAdmissionDeps, 'wakeAssess' | 'telemetry' | 'now'>): AssessTrigger {
  const pending = new Set<Promise<void>>();
  /**
   * Jamf Pro servers whose last request failed, with the start time of the requested job. In Redis, the job counts as
   * requested, so the next webhook must repeat the request.
   */
  const failed = new Map<string, number>();

  async function request(instance: string, at: number): Promise<void> {
    try {
      await wakeAssess(instance, Math.max(0, at - now()));
    } catch (error) {
      failed.set(instance, Math.min(at, failed.get(instance) ?? at));
      telemetry.emit('webhook.wake-failed', { instance, error: messageOf(error) });
    }
  }

  return {
    wake(instance, wakeAt) {
      const at = failed.get(instance) ?? wakeAt;
      if (at === null) return;
      failed.delete(instance);
      const requesting = request(instance, wakeAt === null ? at : Math.min(at, wakeAt));
      pending.add(requesting);
      void requesting.finally(() => pending.delete(requesting));
    },
    idle: async () => {
      await Promise.all(pending);
    },
  };
}

/**
 * Creates the calls that queue Macs and profiles before the webhook is recorded. If the process crashes before the
 * webhook is recorded, a repeated webhook queues them again, which is harmless.
 */
function createQueueing({ hints, profileHints, watches }: WebhookAdmissionDeps, trigger: AssessTrigger) {
  return {
    async macs(instance: string, hint: NonNullable<Admission['hint']>): Promise<void> {
      for (let from = 0; from < hint.computerIds.length; from += CHUNK) {
        const wakeAt = await hints.add(instance, hint.computerIds.slice(from, from + CHUNK), hint);
        trigger.wake(instance, wakeAt);
      }
    },

    /** Returns `false` if the profile is not watched. */
    async profile(instance: string, profileId: string, ripeAt: number): Promise<boolean> {
      if (!watches(instance, profileId)) return false;
      trigger.wake(instance, await profileHints.add(instance, [profileId], { reason: 'profile', ripeAt }));
      return true;
    },
  };
}

/** Returns the effect of a recognized event, as the response names it. */
export function doesOf({ does }: RecognizedEvent['effect']): Exclude<Admitted['effect'], 'unresolved'> {
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
