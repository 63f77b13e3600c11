import type { Assessment } from '../../domain/assessment.js';
import { openRedistribution } from '../../domain/redistribution/open.js';
import type { Cause } from '../../domain/redistribution/record.js';
import { MINUTE_MS } from '../scenario.js';
import { attemptsSince, type Desk, DUE, PERSON, readInventory } from './desk.js';
import { assessNow, knownComputer, type Open } from './fleet.js';

/**
 * Assesses a Mac without an open redistribution: it became due, reported inventory, or a person requested it. Returns the redistribution
 * that it opens. Otherwise returns `null` and schedules the next assessment.
 */
export function consider(desk: Desk, mac: number, cause: Cause): Open | null {
  const { world, watched, jamf, news, opened } = desk;
  const now = world.now();
  if (!news.isUp()) {
    const kind = cause.kind === 'due' ? DUE : PERSON;
    world.schedule(world.presence.jamfUpAt(now) + MINUTE_MS, kind, mac, 0);
    return null;
  }
  readInventory(desk, mac);
  const computer = knownComputer(world, mac, jamf.groupIds(mac));
  const { assessment, assessedUntil } = assessNow(computer, watched, now);
  const { state, dueAt } = assessment;
  const againAt = laterAt(desk, mac, { state, dueAt });
  if (againAt !== null && cause.kind === 'due') world.schedule(againAt, DUE, mac, 0);
  if (cause.kind === 'due' ? againAt !== null : state === 'healthy') return null;
  const id = `r${String(mac)}.${String(now)}`;
  const open: Open = {
    record: openRedistribution({ id, computer, watched, assessment, cause, now }),
    computer,
    assessment,
    assessedUntil,
    commands: { blue: [], green: [] },
    token: null,
    factsAt: Infinity,
  };
  opened.set(mac, open);
  return open;
}

/** When to assess a Mac again that is not redistributed automatically now; `null` if it is. */
function laterAt(
  desk: Desk,
  mac: number,
  { state, dueAt }: Pick<Assessment, 'state' | 'dueAt'>,
): number | null {
  const { world, policy, news, attempts } = desk;
  const now = world.now();
  if (state === 'healthy') return dueAt ?? now;
  if (state === 'unknown') return news.reportHeardAt(mac);
  if (attemptsSince(desk, mac, now - policy.attemptsWithin) < policy.attempts) return null;
  const first = attempts.get(mac)?.at(-policy.attempts) ?? now;
  return first + policy.attemptsWithin + MINUTE_MS;
}
