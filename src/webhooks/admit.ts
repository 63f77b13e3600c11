import { hash } from 'node:crypto';
import type { Admission, AdmissionOutcome, Admit } from '../store/admission.js';
import type { Hints } from '../store/hints.js';
import type { Telemetry } from '../telemetry/bus.js';
import type { ComputerFacts } from './facts.js';
import { createGathering } from './gather.js';
import type { Recognised } from './recognise.js';
import { createWaker } from './wake.js';

/** What the sender is told of a webhook that was admitted. */
export interface Admitted {
  outcome: 'admitted' | 'duplicate' | 'ignored';
  event: string;
  /** `hint`: somebody will look at the Mac, or the Macs. `touch`: contact is noted. `unresolved`: no such Mac is known yet. */
  effect: 'hint' | 'touch' | 'hold' | 'none' | 'unresolved';
  computers: number;
}

/** The last step of the way in. */
export interface Reception {
  /** Rejects when the store did not take it. `body` is what was sent, `keep` what is kept of it for a look. */
  admit(instance: string, recognised: Recognised, content: { body: Buffer; keep: string }): Promise<Admitted>;
  /** Resolves when everything taken is admitted and every worker that must wake was told. */
  idle(): Promise<void>;
}

/** What the reception needs of others. */
export interface ReceptionDeps {
  admit: Admit;
  hints: Pick<Hints, 'add'>;
  /** Computer id of a Mac that is known by its serial number or udid only, `null` when there is none. */
  findComputerId: (instance: string, computer: ComputerFacts) => Promise<string | null>;
  /** Asks for an assess job after a delay in milliseconds. */
  wakeAssess: (instance: string, delayMs: number) => Promise<void>;
  telemetry: Telemetry;
  now: () => number;
  /** Milliseconds, by instance: how long hints wait for others, and how long for the profiles of a new Mac. */
  waits: Readonly<Record<string, { gatherMs: number; addedDelayMs: number }>>;
}

/** Webhooks in one call: Lua keeps Redis busy for about 5 µs for each. */
const BATCH = 200;
/** Macs of one smart-group change in one call: others get their turn in between. */
const CHUNK = 500;
/** A change of no more Macs travels with the webhook itself. */
const INLINE = 50;

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
        { most: BATCH },
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

  return {
    async admit(instance, recognised, { body, keep }) {
      const gathering = gatherings.get(instance);
      const waits = deps.waits[instance];
      if (!gathering || !waits) throw new Error(`no Jamf Pro server of the name ${instance} is configured`);
      const { effect, event, at, webhookId } = recognised;
      const arrivedAt = now();

      const computer = 'computer' in effect ? effect.computer : null;
      const computerId =
        computer === null ? null : (computer.id ?? (await deps.findComputerId(instance, computer)));
      const unresolved = computer !== null && computerId === null;
      const does = unresolved ? 'unresolved' : effect.does === 'hints' ? 'hint' : effect.does;

      const hint = hintOf(recognised, computerId, {
        soonAt: arrivedAt + waits.gatherMs,
        laterAt: arrivedAt + waits.addedDelayMs,
      });
      const inline = hint !== null && hint.computerIds.length <= INLINE;
      if (hint && !inline) await addMany(instance, hint);

      const outcome = await gathering.add({
        identity: identityOf(recognised, body),
        computerId,
        seenAt: at === null ? arrivedAt : Math.min(at, arrivedAt),
        hint: inline ? hint : null,
        watchedHint:
          effect.does === 'touch' ? { reason: 'check-in', ripeAt: arrivedAt + waits.gatherMs } : null,
        holdUntil: effect.does === 'hold' ? arrivedAt + effect.holdMs : null,
        log: { event, at, webhookId, outcome: does, body: keep },
      });
      return {
        outcome: outcome === 'duplicate' ? 'duplicate' : does === 'none' ? 'ignored' : 'admitted',
        event,
        effect: outcome === 'duplicate' ? 'none' : outcome === 'woken' ? 'hint' : does,
        computers: outcome === 'duplicate' ? 0 : (hint?.computerIds.length ?? (computerId === null ? 0 : 1)),
      };
    },

    async idle() {
      for (const gathering of gatherings.values()) await gathering.idle();
      await waker.idle();
    },
  };
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
