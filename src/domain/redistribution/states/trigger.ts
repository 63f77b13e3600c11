import { listed } from '../evidence/commands.js';
import { newAttempt } from '../attempt.js';
import { groupIdOf, planOf, targetOf, triggerChange } from '../direction.js';
import type { Context, CycleCapacity, Outcome } from '../evidence/evidence.js';
import { overridesOf, refusalFor } from '../safety-limits/preconditions.js';
import type { Choice } from '../mechanism.js';
import type { GroupChange, Lease, Redistribution } from '../record.js';
import { move } from '../transitions.js';
import { block } from './shared/block.js';

const EXCLUSION: GroupChange = { group: 'exclude', op: 'add' };

/** Acquires the permits, then stores the intent, the attempt and, for `cycle`, the lease before the write to Jamf Pro. */
export function trigger(context: Context, { mechanism, direction, overlaps }: Choice): Outcome {
  const { record, evidence, watched, now } = context;
  const number = record.attempts.length + 1;
  const { token, cycleToken, assessment } = evidence;
  if (mechanism === 'cycle') {
    if (cycleToken === undefined) return { kind: 'need', needs: [{ what: 'cycle-token', attempt: number }] };
    if (!cycleToken.granted) return block(context, cycleRefusal(cycleToken, context));
  }
  if (token === undefined)
    return { kind: 'need', needs: [{ what: 'token', attempt: number, ...overridesOf(record) }] };
  if (!token.granted) return block(context, refusalFor(token.room, context));
  const change =
    mechanism === 'overlap' ? triggerChange(direction) : mechanism === 'cycle' ? EXCLUSION : null;
  const target = targetOf(direction);
  const earlier = [
    ...(listed(context, `install-${target}`) ?? []),
    ...(mechanism === 'cycle' ? (listed(context, `remove-${target}`) ?? []) : []),
  ];
  const attempt = newAttempt({
    number,
    mechanism,
    overlaps,
    direction,
    intentAt: now,
    triggeredAt: null,
    earlierCommands: earlier.map(({ uuid }) => uuid),
    ...(token.canary === true ? { canary: true } : {}),
  });
  const certificate = assessment?.certificate ?? null;
  const changes: Partial<Redistribution> = {
    direction,
    plan: planOf(direction, watched, mechanism),
    intent: { purpose: 'trigger', change, at: now, calls: 1, calledAt: now },
    lease: mechanism === 'cycle' ? leaseOf(context) : record.lease,
    attempts: [...record.attempts, attempt],
    ...(certificate === null
      ? {}
      : { baseline: { serialNumber: certificate.serialNumber, expiresAt: certificate.expiresAt, at: now } }),
  };
  return {
    kind: 'move',
    record:
      record.state === 'eligible'
        ? { ...record, trouble: null, ...changes }
        : move(record, 'eligible', { at: now, why: 'all checks passed' }, changes),
    effect: change === null ? { do: 'flush-failed' } : { do: 'change-group', purpose: 'trigger', change },
  };
}

function leaseOf({ watched, now }: Context): Lease {
  const leaseMs = watched.policy.cycle?.lease ?? 0;
  return {
    groupId: groupIdOf('exclude', watched, null),
    at: now,
    dueAt: now + leaseMs,
    returningSince: null,
  };
}

function cycleRefusal({ inFlight, daily }: CycleCapacity, { watched, now }: Context) {
  const text =
    inFlight.used >= inFlight.cap
      ? `concurrency limit of cycle reached: ${inFlight.used} of ${inFlight.cap} Macs in progress`
      : `daily limit of cycle reached: ${daily.used} of ${daily.cap} Macs within a day`;
  return { reason: 'cycle-cap' as const, text, until: now + 5 * watched.policy.waits.poll };
}
