import { describe, expect, it } from 'vitest';
import { creditOfOthers } from '../../../../src/domain/redistribution/evidence/credit.js';
import { renewedBetween } from '../../../../src/domain/renewal.js';
import {
  certificateOf,
  DAY,
  IDS,
  knownOf,
  START,
  watchedOf,
} from '../../../support/redistribution/fixtures.js';
import { createEnvironment } from '../../../support/redistribution/environment.js';

const GRACE = { nativeGrace: 4 * DAY, window: 20 * DAY };
const fresh = (side: 'blue' | 'green') =>
  certificateOf(side, { serialNumber: 'NEW', issuedAt: START, expiresAt: START + 365 * DAY });

/** A Mac that has just become due, so that the full grace period is left. */
const justDue = {
  certificates: [
    certificateOf('blue', { serialNumber: 'OLD', issuedAt: START - 345 * DAY, expiresAt: START + 20 * DAY }),
  ],
};

describe('a renewal by the setting of Jamf Pro', () => {
  it('within the grace period is verified, credited to Jamf Pro, reported, and needs no write', async () => {
    const environment = createEnvironment(GRACE);
    await environment.enroll('1', justDue);
    await environment.runJob();
    expect(environment.latestRecord().state).toBe('due');
    environment.clock.at += DAY;
    environment.jamf.renewNatively('1');
    environment.jamf.report('1');
    await environment.assessMac('1');
    await environment.runJob();
    expect(environment.latestRecord()).toMatchObject({
      state: 'verified',
      proof: { credit: 'jamf' },
      nativeFailedAt: null,
    });
    expect(environment.events).toContain('redistribution.renewed');
    expect(environment.events).not.toContain('redistribution.native-failed');
    expect(environment.jamf.writes).toEqual([]);
  });

  it('that does not happen within the grace period is reported once as a failure, and Recert acts', async () => {
    const environment = createEnvironment(GRACE);
    await environment.enroll('1', justDue);
    await environment.runJob();
    environment.clock.at += 4 * DAY;
    environment.jamf.mac('1').reported = {
      ...environment.jamf.mac('1').reported,
      lastContactAt: environment.clock.at,
    };
    environment.jamf.report('1');
    await environment.assessMac('1');
    const record = await environment.runUntilDone();
    expect(record).toMatchObject({ state: 'verified', proof: { credit: 'recert' } });
    expect(record.nativeFailedAt).toBe(START + 4 * DAY);
    expect(environment.events.filter((kind) => kind === 'redistribution.native-failed')).toHaveLength(1);
  });

  it('is not a failure without a grace period, or for a Mac that was not watched during it', async () => {
    const eager = createEnvironment();
    await eager.enroll('1', justDue);
    expect((await eager.runUntilDone()).nativeFailedAt).toBeNull();
    const late = createEnvironment(GRACE);
    await late.enroll('1');
    expect((await late.runUntilDone()).nativeFailedAt).toBeNull();
  });

  it.each([
    ['no grace is given', { nativeGrace: 0 }, [], 'blue', 'other'],
    ['the Mac has blue, and blue brought it', GRACE, [], 'blue', 'jamf'],
    ['the Mac has blue, and green brought it', GRACE, [], 'green', 'other'],
    ['the Mac has green, and green brought it', GRACE, [IDS.joinGreen, IDS.leaveBlue], 'green', 'jamf'],
    ['the Mac has both', GRACE, [IDS.joinGreen], 'blue', 'other'],
  ] as const)('is credited when %s', (_when, policy, groupIds, side, credit) => {
    expect(creditOfOthers({ groupIds }, fresh(side), watchedOf(policy))).toBe(credit);
  });
});

describe('a renewal without an open redistribution', () => {
  const watched = watchedOf({ ...GRACE, window: DAY });
  const before = knownOf();
  const after = knownOf({ certificates: [fresh('blue')] });

  it('is detected once, between two readings of one enrollment', () => {
    expect(renewedBetween(before, after, [watched], START)).toEqual(['okta']);
    expect(renewedBetween(after, after, [watched], START)).toEqual([]);
    expect(renewedBetween(null, after, [watched], START)).toEqual([]);
    expect(renewedBetween(before, { ...after, managementId: 'm-2' }, [watched], START)).toEqual([]);
    expect(renewedBetween(before, { ...after, enrolledAt: START }, [watched], START)).toEqual([]);
    expect(renewedBetween(after, before, [watched], START)).toEqual([]);
    expect(renewedBetween(before, { ...after, certificates: [] }, [watched], START)).toEqual([]);
  });

  it('is counted and reported', async () => {
    const environment = createEnvironment({ ...GRACE, window: DAY });
    await environment.enroll();
    environment.jamf.renewNatively('1');
    environment.jamf.report('1');
    await environment.assessMac('1');
    expect(environment.counted).toEqual(['renewed']);
    expect(environment.credits).toEqual(['1 jamf']);
  });
});
