import { randomUUID } from 'node:crypto';
import type { Assessment } from '../../domain/assessment.js';
import type { KnownComputer } from '../../domain/known.js';
import { adoptSettling } from '../../domain/redistribution/evidence/adopt.js';
import { openRedistribution } from '../../domain/redistribution/open.js';
import { rankOf } from '../../domain/redistribution/safety-limits/wait-queue.js';
import { isSettling, type Redistribution } from '../../domain/redistribution/record.js';
import type { WatchedProfile } from '../../domain/watched.js';
import type { ConsiderDeps } from './deps.js';
import { openAndStart } from './open.js';
import { signalRedistribution } from './signal.js';
import { placeKeptMs } from './wake-observed.js';

/** A Mac with its assessment for one watched profile. */
export interface Considered {
  computer: KnownComputer;
  watched: WatchedProfile;
  assessment: Assessment;
}

/**
 * Must be called for every Mac and watched profile that was just assessed. Opens a redistribution when the
 * certificate is due (or overdue, or expired), the Mac is in scope and attempts are left. If one is already open,
 * wakes its job, because data may have changed. If a Mac was renewed and kept both profiles because Redis lost its
 * record, creates the record again. Can be called twice and by several workers: only one redistribution can be
 * open.
 */
export async function considerRedistribution(
  deps: ConsiderDeps,
  mac: Considered,
): Promise<'opened' | 'woken' | 'nothing'> {
  const { computer, watched } = mac;
  const { instance, name: profile } = watched;
  const open = await deps.redistributions.openFor(instance, profile, computer.id);
  if (open !== null) return (await wake(deps, open, mac)) ? 'woken' : 'nothing';
  const id = (deps.newId ?? randomUUID)();
  const settling = adoptSettling({ id, ...mac, now: deps.now() });
  if (settling !== null && (await isOrphan(deps, mac))) return begin(deps, settling, mac);
  if (!isDue(mac) || (await isHeldBack(deps, mac))) return 'nothing';
  return begin(deps, openRedistribution({ id, ...mac, cause: { kind: 'due' }, now: deps.now() }), mac);
}

/**
 * A redistribution that is verified and only waits for its cleanup is not woken, unless the Mac is due again: then
 * the verified certificate is lost.
 */
async function wake(deps: ConsiderDeps, open: Redistribution, mac: Considered): Promise<boolean> {
  const settlesLater = isSettling(open) && (open.settlement?.dueAt ?? 0) > deps.now();
  if (settlesLater && !isDue(mac)) return false;
  await signalRedistribution(deps, open);
  return true;
}

function isDue({ computer, assessment }: Considered): boolean {
  if (computer.retiredAt !== null || !assessment.inScope) return false;
  // Inventory from before the enrollment describes an earlier installation of this Mac.
  const { enrolledAt, reportedAt } = computer;
  if (enrolledAt !== null && reportedAt !== null && reportedAt < enrolledAt) return false;
  return ['due', 'overdue', 'expired'].includes(assessment.state);
}

/** If all attempts are used up, a user must act, and what a user has stopped is not started again automatically at once. */
async function isHeldBack(
  { redistributions, now }: ConsiderDeps,
  { computer, watched }: Considered,
): Promise<boolean> {
  const { instance, name: profile, policy } = watched;
  const at = now();
  const used = await redistributions.attemptsSince(instance, profile, computer.id, {
    since: at - policy.attemptsWithin,
  });
  if (used >= policy.attempts) return true;
  const last = await redistributions.lastFor(instance, profile, computer.id);
  return (
    last?.state === 'cancelled' &&
    last.cancelRequest !== null &&
    at - last.cancelRequest.at < policy.waits.retryMost
  );
}

/**
 * Whether no record explains why this Mac keeps both profiles: it has no record, or its last record was opened
 * after Redis lost its data and found a certificate of unknown origin.
 */
async function isOrphan(
  { redistributions }: ConsiderDeps,
  { computer, watched }: Considered,
): Promise<boolean> {
  const last = await redistributions.lastFor(watched.instance, watched.name, computer.id);
  return last === null || (last.state === 'verified' && last.settlement === null);
}

/**
 * A redistribution that may start now enters the wait queue before its job is added. So a Mac with a later expiry
 * whose job happens to run first does not take its permit.
 */
async function begin(
  deps: ConsiderDeps,
  fresh: Redistribution,
  { assessment, watched: { policy, name } }: Considered,
): Promise<'opened' | 'woken'> {
  const mayStart =
    policy.mode === 'act' && fresh.state === 'due' && (assessment.actAt ?? Infinity) <= deps.now();
  const { opened, record } = await openAndStart(deps, fresh, async ({ instance, id }) => {
    const place = { id, rank: rankOf(fresh) };
    if (mayStart) await deps.limits.queue(instance, name, [place], deps.now() + placeKeptMs(policy));
  });
  if (opened) return 'opened';
  await signalRedistribution(deps, record);
  return 'woken';
}
