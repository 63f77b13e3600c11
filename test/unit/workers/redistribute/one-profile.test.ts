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
import { ask } from '../../../support/redistribution/actions.js';
import { createStage, type Stage } from '../../../support/redistribution/stage.js';

/** One profile, and Jamf Pro's own setting with a grace of two weeks. */
const ONE = { overlap: undefined, mechanisms: ['native', 'unstick'], nativeGrace: 14 * DAY } as const;
const FAILURE = 'The SCEP server returned an invalid response.';
const justDue = {
  certificates: [
    certificateOf('blue', { serialNumber: 'OLD', issuedAt: START - 335 * DAY, expiresAt: START + 30 * DAY }),
  ],
};

async function due(policy: Parameters<typeof createStage>[0] = {}): Promise<Stage> {
  const stage = createStage({ ...ONE, ...policy });
  await stage.enrol('1', justDue);
  await stage.drive();
  expect(stage.only().state).toBe('due');
  return stage;
}

/** The deadline of the setting passes; the Mac checks in and reports inventory meanwhile if it is online. */
async function deadline(stage: Stage): Promise<void> {
  stage.clock.at += 14 * DAY;
  stage.jamf.report('1');
  await stage.look('1');
  await stage.drive();
}

/** Jamf Pro's own setting sends the profile, and the Mac answers if it is online. */
function jamfSends(stage: Stage): void {
  stage.jamf.sendBySomebody('1');
  stage.jamf.deliver('1');
}

const named = (stage: Stage) => stage.only().nativeFailure;

const CAUSES: readonly [cause: string, what: string, happens: (stage: Stage) => void][] = [
  [
    'offline',
    'offline',
    (stage: Stage) => {
      stage.jamf.mac('1').online = false;
    },
  ],
  [
    'pending-command',
    'offline with a command',
    (stage: Stage) => {
      stage.jamf.mac('1').online = false;
      jamfSends(stage);
    },
  ],
  [
    'unmanaged',
    'unmanaged',
    (stage: Stage) => {
      const mac = stage.jamf.mac('1');
      mac.base = { ...mac.base, managed: false };
    },
  ],
];

describe('one profile', () => {
  it('has a renewal by Jamf Pro verified, without a call that changes anything', async () => {
    const stage = await due();
    stage.clock.at += DAY;
    jamfSends(stage);
    stage.jamf.report('1');
    await stage.look('1');
    await stage.drive();
    expect(stage.only()).toMatchObject({
      state: 'verified',
      proof: { credit: 'jamf' },
      nativeFailedAt: null,
    });
    expect(stage.only().closedAt).not.toBeNull();
    expect(stage.jamf.writes).toEqual([]);
  });

  it.each(['act', 'observe'] as const)(
    'names a Mac that Jamf Pro did not renew in time, in mode %s',
    async (mode) => {
      const stage = await due({ mode });
      await deadline(stage);
      const record = stage.only();
      expect(record).toMatchObject({ state: 'needs-human', closedAt: null, nativeFailedAt: stage.now() });
      expect(named(stage)?.cause).toBe('no-command');
      expect(causeOfFailure(record)).toMatchObject({ kind: 'native', native: 'no-command' });
      expect(record.plan).toContain('Redistribute Profile');
      expect(stage.told).toContain('redistribution.native-failed');
      expect(stage.jamf.writes).toEqual([]);
    },
  );

  it.each(CAUSES)('names the cause %s of a Mac that is %s', async (cause, _what, happens) => {
    const stage = await due();
    happens(stage);
    await deadline(stage);
    expect(named(stage)?.cause).toBe(cause);
    expect(stage.only().state).toBe('needs-human');
  });

  it('names a subject that is too long for the Mac, with its length', async () => {
    const stage = await due();
    const client = stage.jamf.client();
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
    const worker = stage.process();
    const readProfile = async (id: string) => ({
      ...(await client.readProfile(id)),
      scep: [{ ...scep, ...rest }],
      subject: long,
    });
    stage.clock.at += 14 * DAY;
    stage.jamf.report('1');
    await stage.look('1');
    await stage.drive(undefined, { ...worker, jamf: () => ({ ...client, readProfile }) });
    expect(named(stage)).toMatchObject({ cause: 'subject-too-long' });
    expect(named(stage)?.text).toMatch(/CN has \d+ characters, at most 64/);
  });

  it('clears a failed install, and the certificate that Jamf Pro then brings is verified', async () => {
    const stage = await due();
    stage.jamf.mac('1').failures.push(FAILURE);
    jamfSends(stage);
    await deadline(stage);
    const record = await stage.live();
    expect(record).toMatchObject({ state: 'verified', proof: { credit: 'recert' } });
    expect(record.attempts.map(({ mechanism }) => mechanism)).toEqual(['unstick']);
    expect(stage.jamf.writes).toContain('flush 1');
  });

  it.each([
    ['in observe mode', { mode: 'observe' }],
    ['with native alone', { mechanisms: ['native'] }],
  ] as const)('only names a failed install with its error %s', async (_when, policy) => {
    const stage = await due(policy);
    stage.jamf.mac('1').failures.push(FAILURE);
    jamfSends(stage);
    await deadline(stage);
    expect(named(stage)).toMatchObject({ cause: 'install-failed' });
    expect(named(stage)?.text).toContain(FAILURE);
    expect(stage.jamf.writes).toEqual([]);
  });

  it('closes a named failure when the certificate is renewed late', async () => {
    const stage = await due();
    await deadline(stage);
    stage.clock.at += DAY;
    stage.jamf.renewNatively('1');
    stage.jamf.report('1');
    await stage.look('1');
    await stage.drive();
    expect(stage.only()).toMatchObject({ state: 'verified', nativeFailure: null, proof: { credit: 'jamf' } });
  });

  it('continues with the second profile as soon as it is configured', async () => {
    const stage = await due();
    await deadline(stage);
    const { policy } = stage.watched;
    stage.watched = {
      ...stage.watched,
      policy: {
        ...policy,
        overlap: overlapOf(),
        mechanisms: ['native', 'unstick', 'overlap'],
        nativeGrace: 0,
      },
      green: profileOf('green'),
    };
    const record = await stage.live();
    expect(record).toMatchObject({ state: 'verified', proof: { credit: 'recert' } });
    expect(stage.jamf.writes).toContain(`add 1 to ${IDS.joinGreen}`);
  });

  it('leaves a Mac with both profiles when the second one leaves the configuration', async () => {
    const stage = createStage();
    await stage.enrol();
    await stage.live({ until: ({ state }) => state === 'verifying' });
    stage.watched = { ...stage.watched, policy: { ...stage.watched.policy, ...ONE }, green: null };
    const writes = stage.jamf.writes.length;
    await stage.drive();
    expect(stage.only()).toMatchObject({ state: 'cancelled' });
    expect(stage.only().closedAt).not.toBeNull();
    expect(stage.jamf.writes).toHaveLength(writes);
  });

  it.each([
    ['healthy', 90 * DAY],
    ['due, and Jamf Pro still has time', 30 * DAY],
  ])(
    'sends nothing on request to a Mac that is %s, and says what would make it possible',
    async (_what, left) => {
      const stage = createStage(ONE);
      const dates = { serialNumber: 'OLD', issuedAt: START - 335 * DAY, expiresAt: START + left };
      await stage.enrol('1', { certificates: [certificateOf('blue', dates)] });
      await ask(stage);
      await stage.drive();
      const { state, history, nativeFailure } = stage.only();
      expect({ state, nativeFailure }).toEqual({ state: 'cancelled', nativeFailure: null });
      const { why, evidence } = history.at(-1) ?? {};
      expect(why).toMatch(
        /^nothing was sent: no InstallProfile .* due on \d{4}-\d\d-\d\d; after \d{4}-\d\d-\d\d, .*second profile \(overlap\)/,
      );
      expect(evidence).toEqual({ refusal: 'no-mechanism' });
      expect(stage.jamf.writes).toEqual([]);
      expect(stage.told).not.toContain('redistribution.native-failed');
    },
  );

  it('says that the Mac is offline when nothing can be sent to it', async () => {
    const stage = createStage(ONE);
    const dates = { serialNumber: 'OLD', issuedAt: START - 275 * DAY, expiresAt: START + 90 * DAY };
    await stage.enrol('1', { certificates: [certificateOf('blue', dates)] });
    stage.clock.at += 2 * DAY;
    await ask(stage);
    await stage.drive();
    expect(stage.only().history.at(-1)?.why).toMatch(/The Mac is offline: it last checked in on /);
  });

  it('has a failed install repeated on request, before the deadline', async () => {
    const stage = await due();
    stage.jamf.mac('1').failures.push(FAILURE);
    jamfSends(stage);
    await ask(stage);
    const record = await stage.live();
    expect(record).toMatchObject({ state: 'verified', proof: { credit: 'recert' } });
    expect(stage.jamf.writes).toContain('flush 1');
  });

  it('says to a person what can be done for a Mac that it cannot renew', async () => {
    const stage = await due();
    await deadline(stage);
    const { watched } = stage;
    const computer = stage.known.get('1') ?? null;
    const overrides = { hourlyCap: false, canary: false };
    const now = stage.now();
    const assessment = computer && assess(computer, watched, now);
    const facts = { computer, assessment, watched, open: stage.only(), paused: null, overrides, now };
    const verdict = judgeRequest(facts);
    expect(verdict).toMatchObject({ allowed: false, reason: 'no-mechanism' });
    expect(verdict.sentence).toMatch(/second profile \(overlap\).*whole scope/);
  });
});
