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
 * Must be called for every Mac and watched profile that was just assessed. Opens a redistribution if the certificate
 * is due (or overdue, or expired), the Mac is in scope and attempts are left. If a redistribution is already open,
 * wakes its job, because data may have changed. If a renewed Mac keeps both profiles but Redis has lost its record,
 * creates a record, so that one of the profiles is removed later. Repeated and concurrent calls are safe, because
 * only one redistribution per Mac and profile can be open.
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
 * Wakes an open redistribution. A verified redistribution that only waits for its cleanup is not woken, unless the
 * Mac is due again, which means that the verified certificate is lost.
 */
async function wake(deps: ConsiderDeps, open: Redistribution, mac: Considered): Promise<boolean> {
  const settlesLater = isSettling(open) && (open.settlement?.dueAt ?? 0) > deps.now();
  if (settlesLater && !isDue(mac)) return false;
  await signalRedistribution(deps, open);
  return true;
}

function isDue({ computer, assessment }: Considered): boolean {
  if (computer.retiredAt !== null || !assessment.inScope) return false;
  // Inventory that was reported before the enrollment describes the Mac before it was erased or enrolled again.
  const { enrolledAt, reportedAt } = computer;
  if (enrolledAt !== null && reportedAt !== null && reportedAt < enrolledAt) return false;
  return ['due', 'overdue', 'expired'].includes(assessment.state);
}

/**
 * Whether no redistribution may be opened automatically: all attempts are used up, a user canceled the last
 * redistribution recently, or it failed recently because a blueprint has taken over the profile.
 */
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
  const takenOver = last?.state === 'needs-human' && last.attempts.at(-1)?.takenOver !== undefined;
  if (takenOver && at - last.since < policy.attemptsWithin) return true;
  return (
    last?.state === 'cancelled' &&
    last.cancelRequest !== null &&
    at - last.cancelRequest.at < policy.waits.retryMost
  );
}

/**
 * Whether no record explains why this Mac keeps both profiles. Either there is no record, or the last record was
 * opened after Redis lost its data and is verified without a settlement, because the origin of the certificate was
 * unknown.
 */
async function isOrphan(
  { redistributions }: ConsiderDeps,
  { computer, watched }: Considered,
): Promise<boolean> {
  const last = await redistributions.lastFor(watched.instance, watched.name, computer.id);
  return last === null || (last.state === 'verified' && last.settlement === null);
}

/**
 * Opens a redistribution. If it may start now, it enters the wait queue before its job is added. Otherwise a Mac with
 * a later expiry could take its permit, if the job of that Mac runs first.
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
