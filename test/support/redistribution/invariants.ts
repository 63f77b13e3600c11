import { expect } from 'vitest';
import type { Redistribution } from '../../../src/domain/redistribution/record.js';
import { DAY, IDS, START } from './fixtures.js';
import type { TestEnvironment } from './environment.js';

/** Redistributions that are not closed. */
export function openRedistributions({ store }: TestEnvironment): readonly Redistribution[] {
  return [...store.records.values()].filter(({ closedAt }) => closedAt === null);
}

/** How many of them hold a lease. */
export function heldLeases(environment: TestEnvironment): number {
  return openRedistributions(environment).filter(({ lease }) => lease !== null).length;
}

/** Its profile was taken away at some time: what it has then follows from the lease, not from the two groups. */
function cycled({ writes }: TestEnvironment['jamf']): boolean {
  return writes.some((call) => call.endsWith(' to 73'));
}

/** After every write of ours the Mac is in the scope of a profile that it really has. A new enrolment brings its own order. */
export function expectCover(environment: TestEnvironment, reenrolled: boolean, call: string): void {
  const { jamf } = environment;
  const joinGreen = jamf.members(IDS.joinGreen).has('1');
  const leaveBlue = jamf.members(IDS.leaveBlue).has('1');
  // Excluded, or just put back and not yet given its profile: that is what the lease is for.
  if (cycled(jamf)) return;
  expect(joinGreen || !leaveBlue, `${call} leaves the Mac in the scope of neither profile`).toBe(true);
  if (reenrolled) return;
  const { certificates } = jamf.mac('1');
  // What an admin took out of scope, or deleted, is neither kept nor dropped by us.
  const expiries = (inScope: boolean) =>
    (['blue', 'green'] as const)
      .filter((side) => !jamf.profileChanges.has(side) && jamf.inScope(side, '1') === inScope)
      .map((side) => certificates.get(side)?.expiresAt ?? 0);
  const kept = Math.max(0, ...expiries(true));
  const dropped = Math.max(0, ...expiries(false));
  if (kept === 0 && isUnforeseeable(environment)) return;
  expect(kept, `${call} leaves the Mac without a certificate`).toBeGreaterThan(0);
  // Of two fresh ones either may stay.
  expect(kept, `${call} drops the better certificate`).toBeGreaterThanOrEqual(
    Math.min(dropped, START + 100 * DAY),
  );
}

/**
 * The profile that stays was taken off the Mac after inventory had shown it, which had been reported after the removal of the other one
 * was decided. Nothing in Jamf tells of it: the next inventory does, and the Mac is renewed again.
 */
function isUnforeseeable(environment: TestEnvironment): boolean {
  const { profileRemovedAt, reported, certificates } = environment.jamf.mac('1');
  // It has been bare since, so that no write can take anything from it.
  if (profileRemovedAt !== null && certificates.size === 0) return true;
  const reportedAt = reported.reportedAt ?? 0;
  if (profileRemovedAt === null || profileRemovedAt < reportedAt) return false;
  return [...environment.store.records.values()].some(
    ({ settlement, decidedAt = settlement?.decidedAt }) => decidedAt !== undefined && decidedAt < reportedAt,
  );
}

/** What must hold at every moment. */
export function expectSafe(environment: TestEnvironment, isCounted = true): void {
  expect(openRedistributions(environment).length).toBeLessThanOrEqual(1);
  expect(environment.jamf.premature, 'pushed before it was known what the last one brought').toEqual([]);
  expect(environment.jamf.redundant, 'writes that changed nothing').toEqual([]);
  if (!isCounted) return;
  if (environment.jamf.members(IDS.exclude).has('1'))
    expect(heldLeases(environment), 'excluded without a lease').toBe(1);
  const takenUp = [...environment.store.records.values()]
    .flatMap(({ history }) => history)
    .filter(({ why }) => why.includes('taken up, nothing is pushed')).length;
  const attempts =
    [...environment.store.attempts.values()].reduce((sum, { size }) => sum + size, 0) -
    takenUp +
    environment.extraInstalls;
  expect(environment.jamf.installsSent.get('1') ?? 0, 'one certificate for an attempt').toBeLessThanOrEqual(
    attempts,
  );
}

/** Everything works again, and the evidence comes: what is open must come to an end. */
export async function expectCompletion(environment: TestEnvironment, isCounted: boolean): Promise<void> {
  for (let turn = 0; turn < 600; turn += 1) {
    const [open] = openRedistributions(environment);
    if (open === undefined) break;
    const driven = await environment.runJob(open.id);
    environment.jamf.deliver('1');
    environment.clock.at = Math.max(
      environment.clock.at + 1,
      driven.done ? 0 : driven.wakeAt - environment.clock.skew,
    );
    environment.jamf.deliver('1');
    environment.jamf.report('1');
    if (!driven.done) await environment.assessMac('1');
    await environment.restoreExcluded();
    expectSafe(environment, isCounted);
  }
  expect(openRedistributions(environment), JSON.stringify(openRedistributions(environment), null, 1)).toEqual(
    [],
  );
  for (const { state } of environment.store.records.values())
    expect(['verified', 'needs-human', 'cancelled']).toContain(state);
  await environment.restoreExcluded();
  expect(environment.jamf.members(IDS.exclude).size, 'left excluded').toBe(0);
  expect(heldLeases(environment) + environment.leases.found.size, 'leases left').toBe(0);
  if (environment.store.records.size === 0) return;
  const last = environment.latestRecord();
  const joinGreen = environment.jamf.members(IDS.joinGreen).has('1');
  const leaveBlue = environment.jamf.members(IDS.leaveBlue).has('1');
  if (last.settlement?.outcome === 'done') expect(joinGreen, 'in both groups or in none').toBe(leaveBlue);
}

/** Whether nothing is open any more. */
export function isComplete(environment: TestEnvironment): boolean {
  return openRedistributions(environment).length === 0;
}
