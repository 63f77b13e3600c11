import { nativeFails } from '../../../domain/redistribution/evidence/credit.js';
import { lastAttempt, type Redistribution, type Transition } from '../../../domain/redistribution/record.js';
import type { Telemetry } from '../../ports.js';
import type { JobLog } from '../deps.js';

/** Reports each new entry in the history of a record: one operator event, and one line in `log` for the queue board. */
export async function emitTransition(
  telemetry: Telemetry,
  before: Redistribution | null,
  after: Redistribution,
  log: JobLog | null,
): Promise<void> {
  for (const transition of newIn(before, after)) {
    const { from, to, why, at } = transition;
    const { id, instance, profile, computerId, cause } = after;
    if (from !== to)
      telemetry.emit('redistribution.moved', {
        instance,
        profile,
        computerId,
        redistributionId: id,
        from: from ?? 'nothing',
        to,
        why,
        cause: cause.kind,
      });
    else
      telemetry.emit('redistribution.noted', { instance, computerId, redistributionId: id, state: to, why });
    if (to === 'verified' && from !== to) emitVerified(telemetry, after, at);
    await log?.(`${new Date(at).toISOString()} ${from === to ? to : `${from ?? 'opened'} → ${to}`}: ${why}`);
  }
  const { instance, profile, computerId } = after;
  if (before !== null && nativeFails(before, after))
    telemetry.emit('redistribution.native-failed', { instance, profile, computerId });
}

/** Emits nothing for a redistribution that triggered nothing, because its certificate was renewed by something else. */
function emitVerified(
  telemetry: Telemetry,
  { instance, profile, computerId, attempts, proof }: Redistribution,
  at: number,
): void {
  const triggeredAt = lastAttempt({ attempts })?.triggeredAt ?? null;
  if (triggeredAt === null || proof?.credit !== 'recert') return;
  telemetry.emit('redistribution.verified', {
    instance,
    profile,
    computerId,
    attempts: attempts.length,
    certificates: attempts.filter(
      ({ command, outcome }) => outcome === 'verified' || command?.state === 'ACKNOWLEDGED',
    ).length,
    proofMs: at - triggeredAt,
  });
}

function newIn(before: Redistribution | null, after: Redistribution): readonly Transition[] {
  const last = before?.history.at(-1);
  if (last === undefined) return after.history;
  const known = after.history.lastIndexOf(last);
  return known === -1 ? after.history.slice(-1) : after.history.slice(known + 1);
}
