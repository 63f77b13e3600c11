import { describe, expect, it } from 'vitest';
import { assess } from '../../../../src/domain/assess.js';
import { causeOfFailure } from '../../../../src/domain/redistribution/failure.js';
import { judgeRequest } from '../../../../src/domain/redistribution/request/request.js';
import {
  certificateOf,
  DAY,
  IDS,
  overlapOf,
  profileOf,
  START,
} from '../../../support/redistribution/fixtures.js';
import { requestRedistribution } from '../../../support/redistribution/actions.js';
import { createEnvironment, type TestEnvironment } from '../../../support/redistribution/environment.js';

/** One profile, and the setting of Jamf Pro with a grace period of two weeks. */
const ONE = { overlap: undefined, mechanisms: ['native', 'unstick'], nativeGrace: 14 * DAY } as const;
const FAILURE = 'The SCEP server returned an invalid response.';
const justDue = {
  certificates: [
    certificateOf('blue', { serialNumber: 'OLD', issuedAt: START - 335 * DAY, expiresAt: START + 30 * DAY }),
  ],
};

async function due(policy: Parameters<typeof createEnvironment>[0] = {}): Promise<TestEnvironment> {
  const environment = createEnvironment({ ...ONE, ...policy });
  await environment.enroll('1', justDue);
  await environment.runJob();
  expect(environment.latestRecord().state).toBe('due');
  return environment;
}

/** The deadline of the setting passes. The Mac checks in and reports inventory if it is online. */
async function deadline(environment: TestEnvironment): Promise<void> {
  environment.clock.at += 14 * DAY;
  environment.jamf.report('1');
  await environment.assessMac('1');
  await environment.runJob();
}

/** The setting of Jamf Pro sends the profile, and the Mac executes the command if it is online. */
function jamfSends(environment: TestEnvironment): void {
  environment.jamf.sendByAdmin('1');
  environment.jamf.deliver('1');
}

const named = (environment: TestEnvironment) => environment.latestRecord().nativeFailure;

const CAUSES: readonly [cause: string, what: string, happens: (environment: TestEnvironment) => void][] = [
  [
    'offline',
    'offline',
    (environment: TestEnvironment) => {
      environment.jamf.mac('1').online = false;
    },
  ],
  [
    'pending-command',
    'offline with a command',
    (environment: TestEnvironment) => {
      environment.jamf.mac('1').online = false;
      jamfSends(environment);
    },
  ],
  [
    'unmanaged',
    'unmanaged',
    (environment: TestEnvironment) => {
      const mac = environment.jamf.mac('1');
      mac.base = { ...mac.base, managed: false };
    },
  ],
];

describe('a watched profile without a second profile', () => {
  it('has a renewal by Jamf Pro verified, without a write', async () => {
    const environment = await due();
    environment.clock.at += DAY;
    jamfSends(environment);
    environment.jamf.report('1');
    await environment.assessMac('1');
    await environment.runJob();
    expect(environment.latestRecord()).toMatchObject({
      state: 'verified',
      proof: { credit: 'jamf' },
      nativeFailedAt: null,
    });
    expect(environment.latestRecord().closedAt).not.toBeNull();
    expect(environment.jamf.writes).toEqual([]);
  });

  it.each(['act', 'observe'] as const)(
    'names a Mac that Jamf Pro did not renew in time, in mode %s',
    async (mode) => {
      const environment = await due({ mode });
      await deadline(environment);
      const record = environment.latestRecord();
      expect(record).toMatchObject({
        state: 'needs-human',
        closedAt: null,
        nativeFailedAt: environment.now(),
      });
      expect(named(environment)?.cause).toBe('no-command');
      expect(causeOfFailure(record)).toMatchObject({ kind: 'native', native: 'no-command' });
      expect(record.plan).toContain('Redistribute Profile');
      expect(environment.events).toContain('redistribution.native-failed');
      expect(environment.jamf.writes).toEqual([]);
    },
  );

  it.each(CAUSES)('names the cause %s of a Mac that is %s', async (cause, _what, happens) => {
    const environment = await due();
    happens(environment);
    await deadline(environment);
    expect(named(environment)?.cause).toBe(cause);
    expect(environment.latestRecord().state).toBe('needs-human');
  });

  it('names a subject that is too long for the Mac, with its length', async () => {
    const environment = await due();
    const client = environment.jamf.client();
    const long = [['CN', `$COMPUTERNAME ma $UDID with more than 64 characters $PROFILE_IDENTIFIER`]] as const;
    const scep = {
      attributes: long,
      subject: '',
      url: '',
      name: '',
      keyType: '',
      keySize: null,
      keyUsage: null,
    } as const;
    const rest = { extractable: null, allAppsAccess: null, challenge: 'none', challengeMark: null } as const;
    const worker = environment.process();
    const readProfile = async (id: string) => ({
      ...(await client.readProfile(id)),
      scep: [{ ...scep, ...rest }],
      subject: long,
    });
    environment.clock.at += 14 * DAY;
    environment.jamf.report('1');
    await environment.assessMac('1');
    await environment.runJob(undefined, { ...worker, jamf: () => ({ ...client, readProfile }) });
    expect(named(environment)).toMatchObject({ cause: 'subject-too-long' });
    expect(named(environment)?.text).toMatch(/CN has \d+ characters, at most 64/);
  });

  it('clears a failed install, and the certificate that Jamf Pro then brings is verified', async () => {
    const environment = await due();
    environment.jamf.mac('1').failures.push(FAILURE);
    jamfSends(environment);
    await deadline(environment);
    const record = await environment.runUntilDone();
    expect(record).toMatchObject({ state: 'verified', proof: { credit: 'recert' } });
    expect(record.attempts.map(({ mechanism }) => mechanism)).toEqual(['unstick']);
    expect(environment.jamf.writes).toContain('flush 1');
  });

  it.each([
    ['in observe mode', { mode: 'observe' }],
    ['with native alone', { mechanisms: ['native'] }],
  ] as const)('only names a failed install with its error %s', async (_when, policy) => {
    const environment = await due(policy);
    environment.jamf.mac('1').failures.push(FAILURE);
    jamfSends(environment);
    await deadline(environment);
    expect(named(environment)).toMatchObject({ cause: 'install-failed' });
    expect(named(environment)?.text).toContain(FAILURE);
    expect(environment.jamf.writes).toEqual([]);
  });

  it('closes a named failure when the certificate is renewed late', async () => {
    const environment = await due();
    await deadline(environment);
    environment.clock.at += DAY;
    environment.jamf.renewNatively('1');
    environment.jamf.report('1');
    await environment.assessMac('1');
    await environment.runJob();
    expect(environment.latestRecord()).toMatchObject({
      state: 'verified',
      nativeFailure: null,
      proof: { credit: 'jamf' },
    });
  });

  it('continues with the second profile as soon as it is configured', async () => {
    const environment = await due();
    await deadline(environment);
    const { policy } = environment.watched;
    environment.watched = {
      ...environment.watched,
      policy: {
        ...policy,
        overlap: overlapOf(),
        mechanisms: ['native', 'unstick', 'overlap'],
        nativeGrace: 0,
      },
      green: profileOf('green'),
    };
    const record = await environment.runUntilDone();
    expect(record).toMatchObject({ state: 'verified', proof: { credit: 'recert' } });
    expect(environment.jamf.writes).toContain(`add 1 to ${IDS.joinGreen}`);
  });

  it('leaves a Mac with both profiles when the second one leaves the configuration', async () => {
    const environment = createEnvironment();
    await environment.enroll();
    await environment.runUntilDone({ until: ({ state }) => state === 'verifying' });
    environment.watched = {
      ...environment.watched,
      policy: { ...environment.watched.policy, ...ONE },
      green: null,
    };
    const writes = environment.jamf.writes.length;
    await environment.runJob();
    expect(environment.latestRecord()).toMatchObject({ state: 'cancelled' });
    expect(environment.latestRecord().closedAt).not.toBeNull();
    expect(environment.jamf.writes).toHaveLength(writes);
  });

  it.each([
    ['healthy', 90 * DAY],
    ['due, and Jamf Pro still has time', 30 * DAY],
  ])(
    'sends nothing on request to a Mac that is %s, and says what would make it possible',
    async (_what, left) => {
      const environment = createEnvironment(ONE);
      const dates = { serialNumber: 'OLD', issuedAt: START - 335 * DAY, expiresAt: START + left };
      await environment.enroll('1', { certificates: [certificateOf('blue', dates)] });
      await requestRedistribution(environment);
      await environment.runJob();
      const { state, history, nativeFailure } = environment.latestRecord();
      expect({ state, nativeFailure }).toEqual({ state: 'cancelled', nativeFailure: null });
      const { why, evidence } = history.at(-1) ?? {};
      expect(why).toMatch(
        /^nothing was sent: no InstallProfile .* due on \d{4}-\d\d-\d\d; after \d{4}-\d\d-\d\d, .*second profile \(overlap\)/,
      );
      expect(evidence).toEqual({ refusal: 'no-mechanism' });
      expect(environment.jamf.writes).toEqual([]);
      expect(environment.events).not.toContain('redistribution.native-failed');
    },
  );

  it('says that the Mac is offline when nothing can be sent to it', async () => {
    const environment = createEnvironment(ONE);
    const dates = { serialNumber: 'OLD', issuedAt: START - 275 * DAY, expiresAt: START + 90 * DAY };
    await environment.enroll('1', { certificates: [certificateOf('blue', dates)] });
    environment.clock.at += 2 * DAY;
    await requestRedistribution(environment);
    await environment.runJob();
    expect(environment.latestRecord().history.at(-1)?.why).toMatch(
      /The Mac is offline: it last checked in on /,
    );
  });

  it('has a failed install repeated on request, before the deadline', async () => {
    const environment = await due();
    environment.jamf.mac('1').failures.push(FAILURE);
    jamfSends(environment);
    await requestRedistribution(environment);
    const record = await environment.runUntilDone();
    expect(record).toMatchObject({ state: 'verified', proof: { credit: 'recert' } });
    expect(environment.jamf.writes).toContain('flush 1');
  });

  it('says to a person what can be done for a Mac that it cannot renew', async () => {
    const environment = await due();
    await deadline(environment);
    const { watched } = environment;
    const computer = environment.known.get('1') ?? null;
    const overrides = { hourlyCap: false, canary: false };
    const now = environment.now();
    const assessment = computer && assess(computer, watched, now);
    const facts = {
      computer,
      assessment,
      watched,
      open: environment.latestRecord(),
      paused: null,
      overrides,
      now,
    };
    const verdict = judgeRequest(facts);
    expect(verdict).toMatchObject({ allowed: false, reason: 'no-mechanism' });
    expect(verdict.sentence).toMatch(/second profile \(overlap\).*whole scope/);
  });
});
