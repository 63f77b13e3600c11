import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assess } from '../../../../src/domain/assess.js';
import type { Certificate } from '../../../../src/domain/computer.js';
import type { StatusAnswer } from '../../../../src/domain/redistribution/evidence/status.js';
import type { RedistributionPolicy } from '../../../../src/domain/watched.js';
import { certificateOf, DAY, HOUR, MINUTE, policyOf } from '../../../support/redistribution/fixtures.js';
import { createEnvironment, type TestEnvironment } from '../../../support/redistribution/environment.js';

const SECOND = 1_000;
const TIMES = [30 * SECOND, 2 * MINUTE, 10 * MINUTE, HOUR];

/** A test environment in which status is read. `reads` are the times of the reads, counted from the acknowledgment of the Mac. */
function createStatusEnvironment(
  proof: RedistributionPolicy['proof'],
  changes: Partial<RedistributionPolicy> = {},
) {
  const environment = createEnvironment({ ...changes, proof, waits: { ...policyOf().waits, status: TIMES } });
  const reads: number[] = [];
  const answerWith = (answer: (id: string) => StatusAnswer) => {
    environment.jamf.status = (id) => {
      const { completedAt = null } = environment.latestRecord().attempts.at(-1)?.command ?? {};
      reads.push(environment.now() - (completedAt ?? 0));
      return answer(id);
    };
  };
  const reported = (id: string): StatusAnswer => ({
    kind: 'reported',
    certificates: environment.jamf.certificatesOn(id),
  });
  answerWith(reported);
  return Object.assign(environment, { reads, answerWith, reported });
}

/** Lets time pass for a Mac that reports no inventory. Jamf Pro returns its old inventory at every read. */
async function pass(
  environment: TestEnvironment,
  { ms = 3 * HOUR, id = environment.latestRecord().id } = {},
) {
  const endsAt = environment.now() + ms;
  for (let run = 0; run < 400; run += 1) {
    const driven = await environment.runJob(id);
    const record = environment.store.records.get(id) ?? environment.latestRecord();
    if (driven.done || record.state === 'verified' || driven.wakeAt > endsAt) return record;
    environment.clock.at = Math.max(environment.clock.at + 1, driven.wakeAt - environment.clock.skew);
    environment.jamf.deliver(record.computerId);
    if (environment.hinted.has(record.computerId)) await environment.assessMac(record.computerId);
  }
  throw new Error('not at rest');
}

describe('a renewal whose new certificate the declarative status shows', () => {
  it('is verified seconds after the acknowledgment, and inventory of the week after agrees', async () => {
    const environment = createStatusEnvironment('either');
    await environment.enroll();
    const record = await pass(environment);
    expect(record).toMatchObject({ state: 'verified', proof: { serialNumber: 'S1', source: 'status' } });
    expect(record.history.at(-1)?.why).toContain('declarative status');
    expect(environment.reads).toEqual([30 * SECOND]);
    const mac = environment.known.get('1');
    expect(mac && assess(mac, environment.watched, environment.now()).state).toBe('healthy');

    // Inventory from before the install is read again, and does not make the Mac due.
    environment.clock.at += DAY;
    expect(await environment.assessMac('1')).toBe('nothing');
    expect(environment.known.get('1')?.declared).toHaveLength(1);
    environment.clock.at += 6 * DAY;
    environment.jamf.report('1');
    await environment.assessMac('1');
    expect(environment.known.get('1')?.declared).toBeUndefined();
    const closed = await environment.runUntilDone();
    expect(closed.settlement).toMatchObject({ kind: 'finish', outcome: 'done' });
    expect(environment.jamf.issued.get('1')).toBe(1);
  });

  it('is credited to status, not to inventory, when a worker was killed before it stored the proof', async () => {
    const environment = createStatusEnvironment('either');
    await environment.enroll();
    environment.jamf.renewNatively('1');
    const [certificate] = environment.jamf.certificatesOn('1');
    if (certificate === undefined) throw new Error('no certificate');
    await environment
      .process()
      .computers.declare('prod', '1', certificate, {
        watched: [environment.watched],
        now: environment.now(),
      });
    const declaredAt = environment.now();
    environment.clock.at += MINUTE;
    await environment.runJob();
    const { state, proof, history } = environment.latestRecord();
    expect(state).toBe('verified');
    expect(proof).toMatchObject({ source: 'status', reportedAt: declaredAt });
    expect(history.find(({ to }) => to === 'verified')?.why).toBe(
      'renewed by someone else: the declarative status of the Mac shows a new serial number with a later expiry',
    );
  });

  it('is not closed as lost by inventory from shortly before the install', async () => {
    const environment = createStatusEnvironment('either');
    // The clock of Jamf Pro is ahead, and the Mac reports inventory immediately before it installs the profile.
    environment.clock.skew = -5 * MINUTE;
    await environment.enroll();
    await environment.runJob();
    const before = environment.jamf.certificatesOn('1');
    const record = await pass(environment);
    expect(record.state).toBe('verified');
    Object.assign(environment.jamf.mac('1').reported, {
      reportedAt: record.proof?.reportedAt ?? 0,
      certificates: before,
    });
    environment.jamf.mac('1').reported.reportedAt = (record.proof?.reportedAt ?? 0) + MINUTE;
    await environment.assessMac('1');
    await environment.runJob();
    expect(environment.latestRecord().settlement?.outcome).toBeNull();
  });

  it('is verified by inventory alone where the configuration says so', async () => {
    const environment = createStatusEnvironment('inventory');
    await environment.enroll();
    expect((await pass(environment)).state).toBe('verifying');
    expect(environment.reads).toEqual([]);
    expect(
      (await environment.runUntilDone({ until: ({ state }) => state === 'verified' })).proof?.source,
    ).toBeUndefined();
  });

  it('is verified by status only after inventory has confirmed three others', async () => {
    const environment = createStatusEnvironment('auto');
    for (const id of ['1', '2', '3']) {
      await environment.enroll(id);
      const record = await pass(environment);
      expect(record).toMatchObject({
        state: 'verifying',
        attempts: [{ statusSeen: expect.any(String) as string }],
      });
      environment.jamf.report(id);
      await environment.assessMac(id);
      const { state, proof } = await pass(environment);
      expect(state).toBe('verified');
      expect(proof?.source).toBeUndefined();
      environment.clock.at += MINUTE;
    }
    await environment.enroll('4');
    expect((await pass(environment)).proof?.source).toBe('status');
  });

  it('is not verified by status on a server where inventory contradicted it', async () => {
    const environment = createStatusEnvironment('auto');
    for (const seen of ['agreed', 'agreed', 'agreed', 'differed'] as const)
      await environment.limits.noteStatus('prod', seen, environment.now());
    await environment.enroll();
    expect((await pass(environment)).state).toBe('verifying');
  });

  it('has no inventory read before the last of the times with status-first', async () => {
    const environment = createStatusEnvironment('status-first');
    environment.answerWith(() => ({ kind: 'missing' }));
    await environment.enroll();
    const readAt = () => environment.known.get('1')?.readAt ?? 0;
    const before = readAt();
    await pass(environment, { ms: 50 * MINUTE });
    expect(readAt()).toBe(before);
    await pass(environment, { ms: 3 * HOUR });
    expect(readAt()).toBeGreaterThan(before);
  });
});

/** Median time from the acknowledgment to the verification of Macs that report inventory once a week, evenly distributed. */
async function medianTime(proof: RedistributionPolicy['proof']): Promise<number> {
  const times: number[] = [];
  for (let day = 1; day <= 7; day += 1) {
    const environment = createStatusEnvironment(proof);
    await environment.enroll();
    const { state } = await pass(environment, { ms: day * DAY });
    if (state !== 'verified') {
      environment.jamf.report('1');
      await environment.assessMac('1');
      await environment.runJob();
    }
    const { since, attempts } = environment.latestRecord();
    expect(environment.latestRecord().state).toBe('verified');
    times.push(since - (attempts.at(-1)?.command?.completedAt ?? 0));
  }
  return times.toSorted((one, other) => one - other)[3] ?? 0;
}

it('shortens the median time to the proof from days to minutes with weekly inventory', async () => {
  expect(await medianTime('inventory')).toBeGreaterThan(2 * DAY);
  expect(await medianTime('either')).toBeLessThan(HOUR);
});

describe('a declarative status without the new certificate', () => {
  it('is read at the configured times, then rarely', async () => {
    const environment = createStatusEnvironment('either');
    environment.answerWith(() => ({ kind: 'reported', certificates: [] }));
    await environment.enroll();
    await pass(environment, { ms: 7 * DAY });
    expect(environment.reads.slice(0, 4)).toEqual(TIMES);
    expect(environment.reads.length).toBeLessThan(70);
    expect(environment.reads.at(-1)).toBeGreaterThan(6 * DAY);
  });

  it.each<[string, (environment: TestEnvironment) => StatusAnswer]>([
    ['404', () => ({ kind: 'missing' })],
    ['403', () => ({ kind: 'refused' })],
    ['500', () => ({ kind: 'failed' })],
    ['an empty list', () => ({ kind: 'reported', certificates: [] })],
  ])('changes nothing: %s', async (_, answer) => {
    const environment = createStatusEnvironment('either');
    environment.answerWith(() => answer(environment));
    await environment.enroll();
    const record = await pass(environment, { ms: 2 * DAY });
    expect(record).toMatchObject({ state: 'verifying', trouble: null, attempts: [{ outcome: null }] });
    expect(environment.limits.breaker).toBeNull();
    expect(
      (await environment.runUntilDone({ until: ({ state }) => state === 'verified' })).proof?.source,
    ).toBeUndefined();
    expect(environment.jamf.issued.get('1')).toBe(1);
  });

  it('proves nothing, whatever it contains', async () => {
    const at = fc.integer({ min: -400, max: 400 }).map((days) => days * DAY);
    const certificate = fc.record({
      side: fc.constantFrom('blue', 'green'),
      serialNumber: fc.constantFrom('old', '1', '16', 'A1', '', '100000000000000000', '16345785d8a0000'),
      issuedAt: at,
      expiresAt: at,
      identity: fc.boolean(),
      isNamed: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(certificate, { maxLength: 6 }), async (list) => {
        const environment = createStatusEnvironment('either');
        const old = list.map(({ side, identity, isNamed, ...dates }): Certificate => {
          const found = certificateOf(side, dates);
          const wrongTime = { issuedAt: Math.min(dates.issuedAt, -HOUR) + environment.now() };
          const expiresAt = dates.expiresAt + environment.now();
          return {
            ...found,
            ...wrongTime,
            expiresAt,
            identity,
            ...(isNamed ? {} : { subject: 'CN=another' }),
          };
        });
        environment.answerWith(() => ({ kind: 'reported', certificates: old }));
        await environment.enroll();
        expect((await pass(environment)).state).toBe('verifying');
        environment.answerWith((id) => ({
          kind: 'reported',
          certificates: [...old, ...environment.jamf.certificatesOn(id)],
        }));
      }),
      { numRuns: 60 },
    );
  });
});

describe('a server that reports no declarative status', () => {
  it('is read once a day only after ten Macs had an hour to report', async () => {
    const environment = createStatusEnvironment('auto');
    environment.answerWith(() => ({ kind: 'missing' }));
    for (let mac = 1; mac <= 12; mac += 1) {
      environment.reads.length = 0;
      await environment.enroll(String(mac));
      await pass(environment, { ms: 90 * MINUTE });
      expect(environment.reads.slice(0, TIMES.length)).toEqual(mac <= 10 ? TIMES : []);
      environment.jamf.report(String(mac));
      await environment.assessMac(String(mac));
      await pass(environment, { ms: MINUTE });
      environment.clock.at += MINUTE;
    }
    environment.clock.at += DAY;
    environment.answerWith(environment.reported);
    await environment.enroll('13', { lastContactAt: environment.now(), reportedAt: environment.now() });
    await pass(environment);
    expect(await environment.limits.status('prod')).toMatchObject({ unreported: 0, why: null });
  });

  it('is not asked again for a day after it refused the read', async () => {
    const environment = createStatusEnvironment('either');
    environment.answerWith(() => ({ kind: 'refused' }));
    await environment.enroll();
    await pass(environment, { ms: 20 * HOUR });
    expect(environment.reads).toEqual([30 * SECOND]);
    await pass(environment, { ms: 8 * HOUR });
    expect(environment.reads).toHaveLength(2);
  });
});
