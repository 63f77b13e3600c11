import { resultOf } from '../../../domain/redistribution/safety-limits/circuit-breaker.js';
import type { Context } from '../../../domain/redistribution/evidence/evidence.js';
import type { Certificate } from '../../../domain/computer.js';
import { provenByStatus, statusNoteOf } from '../../../domain/redistribution/evidence/status.js';
import { listingOf } from '../../../domain/redistribution/evidence/listing.js';
import { lastAttempt, type Redistribution } from '../../../domain/redistribution/record.js';
import { step } from '../../../domain/redistribution/step.js';
import { afterTrouble } from '../../../domain/redistribution/write.js';
import { JamfError } from '../../../domain/jamf-error.js';
import { safetyLimitPolicyOf } from '../../../domain/redistribution/safety-limits/policy.js';
import { FencedError } from '../../../domain/fence.js';
import type { JobLock } from './fence.js';
import { wakeNext } from './wake-next.js';
import type { JobLog, StepDeps } from '../deps.js';
import { applyEffect } from './apply-effect.js';
import { callsJamf, evidenceOf, gatherEvidence, loadFacts, type StepContext } from './gather-evidence.js';
import type { Groups } from './group-membership.js';
import { emitTransition } from './emit-transition.js';
import { recordVerified } from '../record-renewal.js';

/** Result of processing a redistribution: nothing is left to do, or when to continue (epoch milliseconds). */
export type RunResult = { done: true } | { done: false; wakeAt: number };

/**
 * Maximum number of calls of `step` in one run, more than any redistribution needs. If a rule never reaches a wait,
 * the redistribution is delayed instead of processed in an endless loop.
 */
const MOST_STEPS = 60;
/** Delay before retrying a redistribution whose profile or server is not configured, milliseconds. */
const APART_MS = 60_000;

/**
 * Processes one redistribution until it waits or is closed. Two runs at the same time are safe: a run stops if the
 * record has changed. A kill at any point is safe: a decision is stored before its effect is performed, and the next
 * run reads from Jamf Pro whether the effect was performed. A suspension at any point is safe: every write is checked
 * before it is sent (see `fenceOf`).
 */
export async function runRedistribution(
  deps: StepDeps & { groups: Groups },
  { instance, id, lock, log }: { instance: string; id: string; lock: JobLock; log: JobLog | null },
): Promise<RunResult> {
  await deps.redistributions.consumeSignal(instance, id);
  const found = await deps.redistributions.read(instance, id);
  if (found === null || found.closedAt !== null) {
    await log?.(found === null ? 'no such redistribution is stored' : 'already closed');
    return { done: true };
  }
  const { watched: all } = await deps.profiles.watchedProfiles(instance);
  const watched = all.find(({ name }) => name === found.profile);
  const client = deps.jamf(instance);
  if (watched === undefined || client === null) {
    await log?.(`${found.profile} of ${instance} is not configured, or not read from Jamf Pro yet`);
    return { done: false, wakeAt: deps.now() + APART_MS };
  }
  return run(deps, { record: found, watched, client, groups: deps.groups, lock }, log);
}

async function run(deps: StepDeps, first: StepContext, log: JobLog | null): Promise<RunResult> {
  let scene = first;
  const { policy } = first.watched;
  let evidence = evidenceOf(await loadFacts(deps, first.record, first.watched), {});
  for (let steps = 0; steps < MOST_STEPS; steps += 1) {
    const { record, watched } = scene;
    const context: Context = { record, evidence, watched, now: deps.now() };
    try {
      const outcome = step(context);
      if (outcome.kind === 'need') {
        await gatherEvidence(deps, scene, evidence, outcome.needs);
        if (outcome.needs.some(callsJamf)) Object.assign(evidence, await loadFacts(deps, record, watched));
        continue;
      }
      const certificate = provenByStatus(record, outcome.record, evidence.status?.certificates);
      // The certificate is stored before the record. If the process were killed in between in the opposite order, the
      // Mac would be due again although its renewal is verified.
      if (certificate !== null) {
        await declare(deps, record, certificate);
        Object.assign(evidence, await loadFacts(deps, record, watched));
      }
      const stored = await deps.redistributions.compareAndSet(record, outcome.record);
      // Another run or a user has changed the record. That change also signals the redistribution, which wakes this
      // job.
      if (stored === null) return { done: false, wakeAt: deps.now() + policy.waits.poll };
      await emitTransition(deps.telemetry, record, stored, log);
      await recordVerified(deps, record, stored);
      // The result may open the circuit breaker. This is checked and reported before waiting redistributions are
      // woken.
      if (resultOf(record, stored) !== null) await judge(deps, scene);
      const seen = listingOf(record, stored);
      if (seen !== null) await deps.limits.noteListing(stored.instance, seen, stored.since);
      const status = statusNoteOf(record, stored);
      if (status !== null) await deps.limits.noteStatus(stored.instance, status, deps.now());
      await wakeNext(deps, record, stored);
      scene = { ...scene, record: stored };
      if (outcome.kind === 'close') {
        await deps.hints.unwatch(stored.instance, stored.computerId, stored.id);
        return { done: true };
      }
      const shown = outcome.effect && (await applyEffect(deps, scene, outcome.effect));
      if (outcome.kind === 'wait') return await rest(deps, stored);
      // After a step that wrote nothing to Jamf Pro, what was read from Jamf Pro remains valid. The limits are read
      // again, because storing the record may have changed them.
      const { membership, commands } = evidence;
      evidence = shown
        ? evidenceOf(await loadFacts(deps, stored, watched), shown)
        : evidenceOf(evidence, { membership, commands });
    } catch (error) {
      if (error instanceof FencedError) return await fenced(deps, scene, error, log);
      if (!(error instanceof JamfError)) throw error;
      return await troubled(deps, scene, error, log);
    }
  }
  await log?.(`not complete after ${MOST_STEPS} steps; the job continues later`);
  return { done: false, wakeAt: deps.now() + policy.waits.poll };
}

/**
 * Stores a certificate from the declarative status with the Mac. Lists and later decisions then use it before
 * inventory reports it.
 */
async function declare(
  { computers, profiles, now }: StepDeps,
  { instance, computerId }: Redistribution,
  certificate: Certificate,
): Promise<void> {
  const { watched } = await profiles.watchedProfiles(instance);
  await computers.declare(instance, computerId, certificate, { watched, now: now() });
}

async function rest(deps: StepDeps, record: Redistribution): Promise<RunResult> {
  const { instance, computerId, id, wakeAt } = record;
  if (deservesCheckIns(record)) await deps.hints.watch(instance, computerId, id);
  else await deps.hints.unwatch(instance, computerId, id);
  return { done: false, wakeAt };
}

/** Whether a check-in of the Mac wakes the job: the Mac is offline, or has a command to receive. */
function deservesCheckIns({ state, blocked }: Redistribution): boolean {
  return state === 'triggered' || state === 'pushed' || blocked?.reason === 'offline';
}

async function judge({ limits, now }: StepDeps, { record, watched }: StepContext): Promise<void> {
  await limits.safetyLimits(record.instance, record.profile, safetyLimitPolicyOf(watched.policy), now());
}

/**
 * Handles a write that the check (fence) refused immediately before it was sent. The intent stays stored, as after a
 * kill: the next run reads from Jamf Pro that nothing was written, and decides again.
 */
async function fenced(
  deps: StepDeps,
  scene: StepContext,
  error: FencedError,
  log: JobLog | null,
): Promise<RunResult> {
  const { instance, id: redistributionId, profile, computerId } = scene.record;
  const text = error.message;
  deps.telemetry.emit('redistribution.fenced', { instance, profile, computerId, redistributionId, text });
  await log?.(`${new Date(deps.now()).toISOString()} ${text}`);
  return { done: false, wakeAt: deps.now() + scene.watched.policy.waits.poll };
}

async function troubled(
  deps: StepDeps,
  scene: StepContext,
  error: JamfError,
  log: JobLog | null,
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
  if (error.status !== null && error.status > 500) await deps.limits.noteJamf(instance, 'failing', now);
  await log?.(`${new Date(now).toISOString()} ${error.message}`);
  await deps.redistributions.compareAndSet(record, { ...next, wakeAt });
  return { done: false, wakeAt };
}
