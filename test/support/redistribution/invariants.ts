import { expect } from 'vitest';
import type { Redistribution } from '../../../src/domain/redistribution/record.js';
import { DAY, IDS, START } from './fixtures.js';
import type { TestEnvironment } from './environment.js';

/** Redistributions that are not closed. */
export function openRedistributions({ store }: TestEnvironment): readonly Redistribution[] {
  return [...store.records.values()].filter(({ closedAt }) => closedAt === null);
}

/** Number of open redistributions with a lease. */
export function heldLeases(environment: TestEnvironment): number {
  return openRedistributions(environment).filter(({ lease }) => lease !== null).length;
}

/** Whether the Mac was excluded at some time: then the lease decides which profile it has, not the two groups. */
function cycled({ writes }: TestEnvironment['jamf']): boolean {
  return writes.some((call) => call.endsWith(' to 73'));
}

/** After every write, the Mac must be in the scope of a profile that it has. An enrollment may change the profiles in any order. */
export function expectCover(environment: TestEnvironment, reenrolled: boolean, call: string): void {
  const { jamf } = environment;
  const joinGreen = jamf.members(IDS.joinGreen).has('1');
  const leaveBlue = jamf.members(IDS.leaveBlue).has('1');
  // Excluded, or restored and not yet installed: the lease protects the Mac.
  if (cycled(jamf)) return;
  expect(joinGreen || !leaveBlue, `${call} leaves the Mac in the scope of neither profile`).toBe(true);
  if (reenrolled) return;
  const { certificates } = jamf.mac('1');
  // A profile that an admin removed from the scope or deleted is not a decision of Recert.
  const expiries = (inScope: boolean) =>
    (['blue', 'green'] as const)
      .filter((side) => !jamf.profileChanges.has(side) && jamf.inScope(side, '1') === inScope)
      .map((side) => certificates.get(side)?.expiresAt ?? 0);
  const kept = Math.max(0, ...expiries(true));
  const dropped = Math.max(0, ...expiries(false));
  if (kept === 0 && isUnforeseeable(environment)) return;
  expect(kept, `${call} leaves the Mac without a certificate`).toBeGreaterThan(0);
  // If both certificates are new, either may stay.
  expect(kept, `${call} drops the better certificate`).toBeGreaterThanOrEqual(
    Math.min(dropped, START + 100 * DAY),
  );
}

/**
 * The remaining profile was removed from the Mac after inventory had shown it, and that inventory was later than the decision to remove the
 * other profile. No data in Jamf Pro shows this. The next inventory does, and the Mac is renewed again.
 */
function isUnforeseeable(environment: TestEnvironment): boolean {
  const { profileRemovedAt, reported, certificates } = environment.jamf.mac('1');
  // The Mac has had no profile since, so a write cannot remove one.
  if (profileRemovedAt !== null && certificates.size === 0) return true;
  const reportedAt = reported.reportedAt ?? 0;
  if (profileRemovedAt === null || profileRemovedAt < reportedAt) return false;
  return [...environment.store.records.values()].some(
    ({ settlement, decidedAt = settlement?.decidedAt }) => decidedAt !== undefined && decidedAt < reportedAt,
  );
}

/** Checks what must be true at every moment. */
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

/** Continues without faults until every redistribution is closed, and checks the final state. */
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

/** Whether no redistribution is open. */
export function isComplete(environment: TestEnvironment): boolean {
  return openRedistributions(environment).length === 0;
}
