import { expect } from 'vitest';
import type { Redistribution } from '../../../src/domain/redistribution/record.js';
import { DAY, IDS, START } from './fixtures.js';
import type { Stage } from './stage.js';

/** Redistributions that are not closed. */
export function openOnes({ store }: Stage): readonly Redistribution[] {
  return [...store.records.values()].filter(({ closedAt }) => closedAt === null);
}

/** How many of them hold a lease. */
export function heldLeases(stage: Stage): number {
  return openOnes(stage).filter(({ lease }) => lease !== null).length;
}

/** Its profile was taken away at some time: what it has then follows from the lease, not from the two groups. */
function cycled({ writes }: Stage['jamf']): boolean {
  return writes.some((call) => call.endsWith(' to 73'));
}

/** After every write of ours the Mac is in the scope of a profile that it really has. A new enrolment brings its own order. */
export function expectCover(stage: Stage, reenrolled: boolean, call: string): void {
  const { jamf } = stage;
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
      .filter((side) => !jamf.spoiled.has(side) && jamf.inScope(side, '1') === inScope)
      .map((side) => certificates.get(side)?.expiresAt ?? 0);
  const kept = Math.max(0, ...expiries(true));
  const dropped = Math.max(0, ...expiries(false));
  if (kept === 0 && isUnforeseeable(stage)) return;
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
function isUnforeseeable(stage: Stage): boolean {
  const { takenOffAt, reported, certificates } = stage.jamf.mac('1');
  // It has been bare since, so that no write can take anything from it.
  if (takenOffAt !== null && certificates.size === 0) return true;
  const reportedAt = reported.reportedAt ?? 0;
  if (takenOffAt === null || takenOffAt < reportedAt) return false;
  return [...stage.store.records.values()].some(
    ({ settlement, decidedAt = settlement?.decidedAt }) => decidedAt !== undefined && decidedAt < reportedAt,
  );
}

/** What must hold at every moment. */
export function expectSafe(stage: Stage, isCounted = true): void {
  expect(openOnes(stage).length).toBeLessThanOrEqual(1);
  expect(stage.jamf.premature, 'pushed before it was known what the last one brought').toEqual([]);
  expect(stage.jamf.redundant, 'writes that changed nothing').toEqual([]);
  if (!isCounted) return;
  if (stage.jamf.members(IDS.exclude).has('1')) expect(heldLeases(stage), 'excluded without a lease').toBe(1);
  const takenUp = [...stage.store.records.values()]
    .flatMap(({ history }) => history)
    .filter(({ why }) => why.includes('taken up, nothing is pushed')).length;
  const attempts =
    [...stage.store.attempts.values()].reduce((sum, { size }) => sum + size, 0) - takenUp + stage.excused;
  expect(stage.jamf.installsSent.get('1') ?? 0, 'one certificate for an attempt').toBeLessThanOrEqual(
    attempts,
  );
}

/** Everything works again, and the evidence comes: what is open must come to an end. */
export async function expectEnd(stage: Stage, isCounted: boolean): Promise<void> {
  for (let turn = 0; turn < 600; turn += 1) {
    const [open] = openOnes(stage);
    if (open === undefined) break;
    const driven = await stage.drive(open.id);
    stage.jamf.deliver('1');
    stage.clock.at = Math.max(stage.clock.at + 1, driven.done ? 0 : driven.wakeAt - stage.clock.skew);
    stage.jamf.deliver('1');
    stage.jamf.report('1');
    if (!driven.done) await stage.look('1');
    await stage.keep();
    expectSafe(stage, isCounted);
  }
  expect(openOnes(stage), JSON.stringify(openOnes(stage), null, 1)).toEqual([]);
  for (const { state } of stage.store.records.values())
    expect(['verified', 'needs-human', 'cancelled']).toContain(state);
  await stage.keep();
  expect(stage.jamf.members(IDS.exclude).size, 'left excluded').toBe(0);
  expect(heldLeases(stage) + stage.leases.found.size, 'leases left').toBe(0);
  if (stage.store.records.size === 0) return;
  const last = stage.only();
  const joinGreen = stage.jamf.members(IDS.joinGreen).has('1');
  const leaveBlue = stage.jamf.members(IDS.leaveBlue).has('1');
  if (last.settlement?.outcome === 'done') expect(joinGreen, 'in both groups or in none').toBe(leaveBlue);
}

/** Whether nothing is open any more. */
export function isOver(stage: Stage): boolean {
  return openOnes(stage).length === 0;
}
