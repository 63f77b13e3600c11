import { isInFlight, isUnanswered, lastAttempt, type Redistribution } from './record.js';

/**
 * When each attempt (by number) requested its certificate from the CA. The limit for the CA counts it for one hour from then. `Infinity`
 * while the command is pending, because the Mac may pick it up at any moment, whether it is online or not. After the delivery timeout a
 * command of an offline Mac does not count, so that Macs that never return do not use up the limit. When such a Mac checks in again, its
 * command counts again, even beyond the limit.
 */
function askedOfCa(record: Redistribution): ReadonlyMap<number, number> {
  const last = lastAttempt(record);
  return new Map(
    record.attempts.map((attempt) => {
      const { number, intentAt, triggeredAt, command, endedAt, releasedAt } = attempt;
      if (command !== null && command.state !== 'PENDING' && command.state !== 'NOT_NOW')
        return [number, command.completedAt ?? endedAt ?? Infinity];
      // The command is not listed. The Mac has requested its certificate, as far as Jamf Pro shows.
      if (attempt === last && record.state === 'verifying') return [number, record.since];
      if (attempt === last && (isInFlight(record) || isUnanswered(record)))
        return [number, releasedAt === undefined ? Infinity : intentAt];
      return [number, triggeredAt === null ? intentAt : (endedAt ?? intentAt)];
    }),
  );
}

/** Change of a rate limit permit: the attempt number, and the instants from which it counted before and counts now (see `askedOfCa`). */
export interface TokenChange {
  number: number;
  before: number | undefined;
  after: number;
}

/**
 * Returns the permits for the rate limit that change with a record. If an attempt was dropped before it was sent,
 * the next attempt keeps its permit.
 */
export function tokenChanges(previous: Redistribution, next: Redistribution): readonly TokenChange[] {
  const before = askedOfCa(previous);
  const after = askedOfCa(next);
  const never = previous.attempts.filter(({ number }) => !after.has(number));
  return [...after, ...never.map(({ number, intentAt }) => [number, intentAt] as const)]
    .map(([number, at]) => ({ number, before: before.get(number), after: at }))
    .filter((token) => token.before !== token.after);
}
