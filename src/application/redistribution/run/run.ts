import { resultOf } from '../../../domain/redistribution/safety-limits/circuit-breaker.js';
import type { Context, Evidence, Outcome } from '../../../domain/redistribution/evidence/evidence.js';
import { lastAttempt, type Redistribution } from '../../../domain/redistribution/record.js';
import { step } from '../../../domain/redistribution/step.js';
import { afterTrouble } from '../../../domain/redistribution/write.js';
import { JamfError } from '../../../domain/jamf-error.js';
import { safetyLimitPolicyOf } from '../../../domain/redistribution/safety-limits/policy.js';
import { wakeNext } from './wake-next.js';
import type { JobLog, StepDeps } from '../deps.js';
import { applyEffect } from './apply-effect.js';
import { loadFacts, gatherEvidence, type StepContext } from './gather-evidence.js';
import type { Groups } from './group-membership.js';
import { emitTransition } from './emit-transition.js';

/** What became of a run: nothing is left to do, or when to look again (epoch milliseconds). */
export type RunResult = { done: true } | { done: false; wakeAt: number };

/** Far more steps than any redistribution takes at once: a mistake of ours ends in a pause, not in a loop. */
const MOST_STEPS = 60;
/** How long to leave one alone that cannot be stepped: profile or server not configured, or somebody else is at it. */
const APART_MS = 60_000;

/**
 * Steps one redistribution until it waits or is closed. Safe to run twice at once: whoever finds the record changed leaves it to the
 * other. Safe to kill anywhere: what was decided is durable before it is done, and read back before it is done again.
 */
export async function runRedistribution(
  deps: StepDeps & { groups: Groups },
  { instance, id, log }: { instance: string; id: string; log: JobLog },
): Promise<RunResult> {
  await deps.redistributions.consumeSignal(instance, id);
  const found = await deps.redistributions.read(instance, id);
  if (found === null || found.closedAt !== null) {
    await log(found === null ? 'no such redistribution is stored' : 'closed already');
    return { done: true };
  }
  const { watched: all } = await deps.profiles.watchedProfiles(instance);
  const watched = all.find(({ name }) => name === found.profile);
  const client = deps.jamf(instance);
  if (watched === undefined || client === null) {
    await log(`${found.profile} of ${instance} is not configured, or not read from Jamf yet`);
    return { done: false, wakeAt: deps.now() + APART_MS };
  }
  return run(deps, { record: found, watched, client, groups: deps.groups }, log);
}

async function run(deps: StepDeps, first: StepContext, log: JobLog): Promise<RunResult> {
  let scene = first;
  let gathered: Partial<Evidence> = {};
  const { policy } = first.watched;
  for (let steps = 0; steps < MOST_STEPS; steps += 1) {
    const { record, watched } = scene;
    const evidence: Evidence = { ...gathered, ...(await loadFacts(deps, record, watched)) };
    const context: Context = { record, evidence, watched, now: deps.now() };
    try {
      const outcome = step(context);
      if (outcome.kind === 'need') {
        gathered = await gatherEvidence(deps, scene, evidence, outcome.needs);
        continue;
      }
      const stored = await store(deps, record, outcome);
      // Somebody else steps it, or a person has just asked for something: the news of that wakes us again.
      if (stored === null) return { done: false, wakeAt: deps.now() + policy.waits.poll };
      await emitTransition(deps.telemetry, record, stored, log);
      // A result may open the breaker: that is told at once, and before others are called.
      if (resultOf(record, stored) !== null) await judge(deps, scene);
      await wakeNext(deps, record, stored);
      scene = { ...scene, record: stored };
      gathered = { ...(outcome.kind === 'move' && outcome.effect === null ? lasting(gathered) : {}) };
      if (outcome.kind === 'close') {
        await deps.hints.unwatch(stored.instance, stored.computerId, stored.id);
        return { done: true };
      }
      if (outcome.effect !== null) gathered = await applyEffect(deps, scene, outcome.effect);
      if (outcome.kind === 'wait') return await rest(deps, stored);
    } catch (error) {
      if (!(error instanceof JamfError)) throw error;
      return await troubled(deps, scene, error, log);
    }
  }
  await log(`still not at rest after ${MOST_STEPS} steps`);
  return { done: false, wakeAt: deps.now() + policy.waits.poll };
}

/** What Jamf said a moment ago still holds after a step that changed nothing there; what the caps and the ledgers said does not. */
function lasting({ membership, commands }: Partial<Evidence>): Partial<Evidence> {
  return { ...(membership && { membership }), ...(commands && { commands }) };
}

async function store(
  { redistributions }: StepDeps,
  record: Redistribution,
  outcome: Exclude<Outcome, { kind: 'need' }>,
): Promise<Redistribution | null> {
  return redistributions.compareAndSet(record, outcome.record);
}

async function rest(deps: StepDeps, record: Redistribution): Promise<RunResult> {
  const { instance, computerId, id, wakeAt } = record;
  if (deservesCheckIns(record)) await deps.hints.watch(instance, computerId, id);
  else await deps.hints.unwatch(instance, computerId, id);
  return { done: false, wakeAt };
}

/** Whether a mere contact of the Mac is worth a look: it is waited for, or it has a command to take. */
function deservesCheckIns({ state, blocked }: Redistribution): boolean {
  return state === 'triggered' || state === 'pushed' || blocked?.reason === 'offline';
}

async function judge({ limits, now }: StepDeps, { record, watched }: StepContext): Promise<void> {
  await limits.safetyLimits(record.instance, record.profile, safetyLimitPolicyOf(watched.policy), now());
}

async function troubled(
  deps: StepDeps,
  scene: StepContext,
  error: JamfError,
  log: JobLog,
): Promise<RunResult> {
  const { record, watched } = scene;
  const now = deps.now();
  const next = afterTrouble(record, error.message, watched.policy, now);
  const wakeAt = Math.max(next.wakeAt, now + (error.retryAfterMs ?? 0));
  const { instance, id, profile, computerId } = record;
  deps.telemetry.emit('redistribution.trouble', {
    instance,
    profile,
    computerId,
    redistributionId: id,
    attempt: lastAttempt(record)?.number ?? 0,
    text: error.message,
  });
  if (error.status !== null && error.status >= 500) await deps.limits.noteJamf(instance, 'failing', now);
  await log(`${new Date(now).toISOString()} ${error.message}`);
  await deps.redistributions.compareAndSet(record, { ...next, wakeAt });
  return { done: false, wakeAt };
}
