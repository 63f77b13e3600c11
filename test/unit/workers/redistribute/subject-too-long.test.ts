import { describe, expect, it } from 'vitest';
import { wakeFitting } from '../../../../src/application/redistribution/wake-fitting.js';
import { judgeRequest } from '../../../../src/domain/redistribution/request/request.js';
import { subjectTooLong } from '../../../../src/domain/redistribution/subject-fit.js';
import { assess } from '../../../../src/domain/assess.js';
import {
  certificateOf,
  cycleOf,
  DAY,
  IDS,
  knownOf,
  START,
} from '../../../support/redistribution/fixtures.js';
import { createEnvironment, type TestEnvironment } from '../../../support/redistribution/environment.js';

type Subject = readonly (readonly [string, string])[];
type Policy = Parameters<typeof createEnvironment>[0];

const FITS: Subject = [['CN', '$SERIALNUMBER ma $PROFILE_IDENTIFIER']];
/** The subject of the Okta page: 40 characters and the name of the Mac, and 37 more when the profile is sent again. */
const OKTA: Subject = [['CN', '$COMPUTERNAME ma $UDID']];
const NAMED: Subject = [['CN', '$COMPUTERNAME $PROFILE_IDENTIFIER']];
const UDID = '0D4C6A7E-0000-4000-8000-000000000001';
const LONG_NAME = 'The MacBook Pro of the meeting room';

function stageOf(
  policy: Policy,
  { blue, green = blue }: { blue: Subject; green?: Subject },
): TestEnvironment {
  const environment = createEnvironment(policy);
  const { watched } = environment;
  environment.watched = {
    ...watched,
    blue: { ...watched.blue, subject: blue },
    green: watched.green && { ...watched.green, subject: green },
  };
  return environment;
}

/** Renames the Mac; inventory reports the new name. */
async function rename(environment: TestEnvironment, name: string): Promise<void> {
  const mac = environment.jamf.mac('1');
  mac.base = { ...mac.base, name };
  environment.jamf.report('1');
  await environment.assessMac('1');
}

const ONE: Policy = { overlap: undefined, mechanisms: ['native', 'unstick'], nativeGrace: 14 * DAY };
const justDue = {
  name: LONG_NAME,
  certificates: [
    certificateOf('blue', { serialNumber: 'OLD', issuedAt: START - 335 * DAY, expiresAt: START + 30 * DAY }),
  ],
};

describe('the check whether the subject of a Mac fits', () => {
  const mac = knownOf({ udid: UDID, name: 'Ada' });
  const found = (policy: Policy, subjects: { blue: Subject; green?: Subject }, changes = {}) =>
    subjectTooLong(stageOf(policy, subjects).watched, { ...mac, ...changes });

  it('depends on the mechanism: only a redistributed profile gets the identifier', () => {
    expect(found({}, { blue: OKTA })).toBeNull();
    expect(found(ONE, { blue: OKTA })).toMatchObject({
      mechanism: 'native',
      side: null,
      length: 80,
      most: 64,
    });
  });

  it('depends on the profile that the Mac would get', () => {
    const subjects = { blue: FITS, green: NAMED };
    const name = LONG_NAME;
    expect(found({}, subjects, { name })).toMatchObject({
      mechanism: 'overlap',
      side: 'green',
      profileId: IDS.green,
      length: LONG_NAME.length + 37,
    });
    expect(found({}, subjects, { name, groupIds: [IDS.joinGreen, IDS.leaveBlue] })).toBeNull();
    expect(found({}, subjects, { name, groupIds: [IDS.joinGreen] })).toBeNull();
  });

  it('passes while another mechanism may succeed', () => {
    const both: Policy = { mechanisms: ['overlap', 'cycle'], cycle: cycleOf() };
    expect(found(both, { blue: FITS, green: NAMED }, { name: LONG_NAME })).toBeNull();
    expect(found(both, { blue: NAMED }, { name: LONG_NAME })).toMatchObject({ mechanism: 'overlap' });
  });

  it('counts an extension attribute as unknown, and has no result without the subject', () => {
    expect(
      found({}, { blue: [['CN', '$EXTENSIONATTRIBUTE_1234567890 $PROFILE_IDENTIFIER $JSSID']] }),
    ).toBeNull();
    expect(found({}, { blue: [['CN', `$EXTENSIONATTRIBUTE_1 ${'x'.repeat(64)}`]] })).toMatchObject({
      length: 65,
    });
    expect(subjectTooLong(createEnvironment().watched, mac)).toBeNull();
  });
});

describe('a Mac whose subject is too long', () => {
  it.each(['act', 'observe'] as const)('is blocked before the first attempt in mode %s', async (mode) => {
    const environment = stageOf({ mode }, { blue: NAMED });
    await environment.enroll('1', { name: LONG_NAME });
    await environment.runUntilDone({ until: ({ state }) => state === 'blocked' });
    expect(environment.latestRecord().blocked).toEqual({
      reason: 'subject-too-long',
      text: `the subject of profile ${IDS.green} (Okta SCEP green, green, mechanism overlap) is too long for this Mac: CN has ${LONG_NAME.length + 37} characters, at most 64 are allowed; renewal resumes when the name of the Mac or the subject of the profile is shorter`,
    });
    expect(environment.jamf.writes).toEqual([]);
  });

  it('continues when the Mac has a shorter name', async () => {
    const environment = stageOf({}, { blue: NAMED });
    await environment.enroll('1', { name: LONG_NAME });
    await environment.runJob();
    expect(environment.latestRecord().blocked?.reason).toBe('subject-too-long');
    await rename(environment, 'mac');
    expect((await environment.runUntilDone()).state).toBe('verified');
  });

  it('continues when the profile has a shorter subject', async () => {
    const environment = stageOf({}, { blue: NAMED });
    await environment.enroll('1', { name: LONG_NAME });
    await environment.runJob();
    const wake = () =>
      wakeFitting(
        {
          profiles: {
            watchedProfiles: () => Promise.resolve({ watched: [environment.watched], missing: [] }),
          },
          computers: {
            getMany: (_instance, ids) => Promise.resolve(ids.map((id) => environment.known.get(id) ?? null)),
          },
          redistributions: {
            ...environment.store,
            blockedFor: () => Promise.resolve({ count: 1, oldest: null }),
            page: () => Promise.resolve({ redistributions: [environment.latestRecord()], cursor: null }),
          },
          producers: environment.considerDeps.producers,
        },
        'prod',
      );
    environment.promoted.length = 0;
    expect(await wake()).toBe(0);
    expect(environment.promoted).toEqual([]);
    const { watched } = environment;
    environment.watched = { ...watched, green: watched.green && { ...watched.green, subject: FITS } };
    expect(await wake()).toBe(1);
    expect(environment.promoted).toEqual([environment.latestRecord().id]);
    await environment.runJob();
    expect(environment.latestRecord().state).toBe('pushed');
  });

  it('is refused by the mechanism that would install it, when another mechanism must be used first', async () => {
    const environment = stageOf({ mechanisms: ['unstick', 'overlap'] }, { blue: FITS, green: NAMED });
    await environment.enroll('1', { name: LONG_NAME });
    await environment.runUntilDone({ until: ({ state }) => state === 'blocked' });
    expect(environment.latestRecord().blocked).toMatchObject({
      reason: 'subject-too-long',
      text: expect.stringContaining('mechanism overlap') as unknown,
    });
    expect(environment.jamf.writes).toEqual([]);
  });

  it('is blocked within the grace period of the setting of Jamf Pro, and due again when the subject fits', async () => {
    const environment = stageOf(ONE, { blue: NAMED });
    await environment.enroll('1', justDue);
    await environment.runJob();
    expect(environment.latestRecord()).toMatchObject({
      state: 'blocked',
      blocked: { reason: 'subject-too-long' },
    });
    await environment.runJob();
    expect(environment.latestRecord().state).toBe('blocked');
    await rename(environment, 'mac');
    await environment.runJob();
    expect(environment.latestRecord()).toMatchObject({ state: 'due', blocked: null });
  });

  it('is refused with the same sentence on request', () => {
    const { watched } = stageOf({}, { blue: NAMED });
    const computer = knownOf({ name: LONG_NAME });
    const verdict = judgeRequest({
      computer,
      assessment: assess(computer, watched, START),
      watched,
      open: null,
      paused: null,
      overrides: { hourlyCap: false, canary: false },
      now: START,
    });
    expect(verdict).toMatchObject({ allowed: false, reason: 'subject-too-long' });
    expect(verdict.sentence).toContain(subjectTooLong(watched, computer)?.text);
  });
});
