import { type Attempt, isInFlight, isUnanswered, lastAttempt, type Redistribution } from './record.js';

/**
 * Returns when an attempt requested its certificate from the CA. The attempt counts toward the limit of the CA for one hour from this
 * time. `Infinity` while the command is pending, because the Mac may pick it up at any moment, even if it appears to be offline. After
 * the delivery timeout, the command of an offline Mac does not count, so that Macs that never return do not use up the limit. When such a
 * Mac checks in, its command counts again, even if the limit is then exceeded.
 */
function askedOfCa(record: Redistribution, attempt: Attempt): number {
  const { intentAt, triggeredAt, command, endedAt, releasedAt } = attempt;
  const isLast = attempt === lastAttempt(record);
  if (command !== null && command.state !== 'PENDING' && command.state !== 'NOT_NOW')
    return command.completedAt ?? endedAt ?? Infinity;
  // Jamf Pro does not list the command. The start of the state `verifying` is the best estimate of the request.
  if (isLast && record.state === 'verifying') return record.since;
  if (isLast && (isInFlight(record) || isUnanswered(record)))
    return releasedAt === undefined ? Infinity : intentAt;
  return triggeredAt === null ? intentAt : (endedAt ?? intentAt);
}

/**
 * Change of the permit of one attempt. `before` and `after`: the time from which the attempt counted before, and counts now (see
 * `askedOfCa`).
 */
export interface TokenChange {
  number: number;
  before: number | undefined;
  after: number;
}

/**
 * Returns the permits that change when a record changes. If an attempt was dropped before it was sent, the next attempt keeps the permit.
 */
export function tokenChanges(previous: Redistribution, next: Redistribution): readonly TokenChange[] {
  const changes: TokenChange[] = [];
  const add = (number: number, old: Attempt | undefined, after: number) => {
    const before = old && askedOfCa(previous, old);
    if (before !== after) changes.push({ number, before, after });
  };
  for (const attempt of next.attempts)
    add(attempt.number, numbered(previous, attempt.number), askedOfCa(next, attempt));
  for (const dropped of previous.attempts)
    if (numbered(next, dropped.number) === undefined) add(dropped.number, dropped, dropped.intentAt);
  return changes;
}

function numbered({ attempts }: Redistribution, number: number): Attempt | undefined {
  return attempts.find((attempt) => attempt.number === number);
}
