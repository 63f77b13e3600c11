import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assess } from '../../../../src/domain/assess.js';
import type { Certificate } from '../../../../src/domain/computer.js';
import type { StatusAnswer } from '../../../../src/domain/redistribution/evidence/status.js';
import type { RedistributionPolicy } from '../../../../src/domain/watched.js';
import { certificateOf, DAY, HOUR, MINUTE, policyOf } from '../../../support/redistribution/fixtures.js';
import { createStage, type Stage } from '../../../support/redistribution/stage.js';

const SECOND = 1_000;
const TIMES = [30 * SECOND, 2 * MINUTE, 10 * MINUTE, HOUR];

/** A stage in which status is read. `reads` are the times of the reads, counted from the acknowledgment of the Mac. */
function createStatusStage(
  proof: RedistributionPolicy['proof'],
  changes: Partial<RedistributionPolicy> = {},
) {
  const stage = createStage({ ...changes, proof, waits: { ...policyOf().waits, status: TIMES } });
  const reads: number[] = [];
  const answerWith = (answer: (id: string) => StatusAnswer) => {
    stage.jamf.status = (id) => {
      const { completedAt = null } = stage.only().attempts.at(-1)?.command ?? {};
      reads.push(stage.now() - (completedAt ?? 0));
      return answer(id);
    };
  };
  const reported = (id: string): StatusAnswer => ({
    kind: 'reported',
    certificates: stage.jamf.certificatesOn(id),
  });
  answerWith(reported);
  return Object.assign(stage, { reads, answerWith, reported });
}

/** Lets time pass for a Mac that reports no inventory. Jamf Pro returns its old inventory at every read. */
async function pass(stage: Stage, { ms = 3 * HOUR, id = stage.only().id } = {}) {
  const endsAt = stage.now() + ms;
  for (let run = 0; run < 400; run += 1) {
    const driven = await stage.drive(id);
    const record = stage.store.records.get(id) ?? stage.only();
    if (driven.done || record.state === 'verified' || driven.wakeAt > endsAt) return record;
    stage.clock.at = Math.max(stage.clock.at + 1, driven.wakeAt - stage.clock.skew);
    stage.jamf.deliver(record.computerId);
    if (stage.asked.has(record.computerId)) await stage.look(record.computerId);
  }
  throw new Error('not at rest');
}

describe('a renewal whose new certificate the declarative status shows', () => {
  it('is verified seconds after the acknowledgment, and inventory of the week after agrees', async () => {
    const stage = createStatusStage('either');
    await stage.enrol();
    const record = await pass(stage);
    expect(record).toMatchObject({ state: 'verified', proof: { serialNumber: 'S1', source: 'status' } });
    expect(record.history.at(-1)?.why).toContain('declarative status');
    expect(stage.reads).toEqual([30 * SECOND]);
    const mac = stage.known.get('1');
    expect(mac && assess(mac, stage.watched, stage.now()).state).toBe('healthy');

    // Inventory from before the install is read again, and does not make the Mac due.
    stage.clock.at += DAY;
    expect(await stage.look('1')).toBe('nothing');
    expect(stage.known.get('1')?.declared).toHaveLength(1);
    stage.clock.at += 6 * DAY;
    stage.jamf.report('1');
    await stage.look('1');
    expect(stage.known.get('1')?.declared).toBeUndefined();
    const closed = await stage.live();
    expect(closed.settlement).toMatchObject({ kind: 'finish', outcome: 'done' });
    expect(stage.jamf.issued.get('1')).toBe(1);
  });

  it('is not closed as lost by inventory from shortly before the install', async () => {
    const stage = createStatusStage('either');
    // The clock of Jamf Pro is ahead, and the Mac reports inventory immediately before it installs the profile.
    stage.clock.skew = -5 * MINUTE;
    await stage.enrol();
    await stage.drive();
    const before = stage.jamf.certificatesOn('1');
    const record = await pass(stage);
    expect(record.state).toBe('verified');
    Object.assign(stage.jamf.mac('1').reported, {
      reportedAt: record.proof?.reportedAt ?? 0,
      certificates: before,
    });
    stage.jamf.mac('1').reported.reportedAt = (record.proof?.reportedAt ?? 0) + MINUTE;
    await stage.look('1');
    await stage.drive();
    expect(stage.only().settlement?.outcome).toBeNull();
  });

  it('is verified by inventory alone where the configuration says so', async () => {
    const stage = createStatusStage('inventory');
    await stage.enrol();
    expect((await pass(stage)).state).toBe('verifying');
    expect(stage.reads).toEqual([]);
    expect((await stage.live({ until: ({ state }) => state === 'verified' })).proof?.source).toBeUndefined();
  });

  it('is verified by status only after inventory has confirmed three others', async () => {
    const stage = createStatusStage('auto');
    for (const id of ['1', '2', '3']) {
      await stage.enrol(id);
      const record = await pass(stage);
      expect(record).toMatchObject({
        state: 'verifying',
        attempts: [{ statusSeen: expect.any(String) as string }],
      });
      stage.jamf.report(id);
      await stage.look(id);
      const { state, proof } = await pass(stage);
      expect(state).toBe('verified');
      expect(proof?.source).toBeUndefined();
      stage.clock.at += MINUTE;
    }
    await stage.enrol('4');
    expect((await pass(stage)).proof?.source).toBe('status');
  });

  it('is not verified by status on a server where inventory contradicted it', async () => {
    const stage = createStatusStage('auto');
    for (const seen of ['agreed', 'agreed', 'agreed', 'differed'] as const)
      await stage.limits.noteStatus('prod', seen, stage.now());
    await stage.enrol();
    expect((await pass(stage)).state).toBe('verifying');
  });

  it('has no inventory read before the last of the times with status-first', async () => {
    const stage = createStatusStage('status-first');
    stage.answerWith(() => ({ kind: 'missing' }));
    await stage.enrol();
    const readAt = () => stage.known.get('1')?.readAt ?? 0;
    const before = readAt();
    await pass(stage, { ms: 50 * MINUTE });
    expect(readAt()).toBe(before);
    await pass(stage, { ms: 3 * HOUR });
    expect(readAt()).toBeGreaterThan(before);
  });
});

describe('a declarative status without the new certificate', () => {
  it('is read at the configured times, then rarely', async () => {
    const stage = createStatusStage('either');
    stage.answerWith(() => ({ kind: 'reported', certificates: [] }));
    await stage.enrol();
    await pass(stage, { ms: 7 * DAY });
    expect(stage.reads.slice(0, 4)).toEqual(TIMES);
    expect(stage.reads.length).toBeLessThan(70);
    expect(stage.reads.at(-1)).toBeGreaterThan(6 * DAY);
  });

  it.each<[string, (stage: Stage) => StatusAnswer]>([
    ['404', () => ({ kind: 'missing' })],
    ['403', () => ({ kind: 'refused' })],
    ['500', () => ({ kind: 'failed' })],
    ['an empty list', () => ({ kind: 'reported', certificates: [] })],
  ])('changes nothing: %s', async (_, answer) => {
    const stage = createStatusStage('either');
    stage.answerWith(() => answer(stage));
    await stage.enrol();
    const record = await pass(stage, { ms: 2 * DAY });
    expect(record).toMatchObject({ state: 'verifying', trouble: null, attempts: [{ outcome: null }] });
    expect(stage.limits.breaker).toBeNull();
    expect((await stage.live({ until: ({ state }) => state === 'verified' })).proof?.source).toBeUndefined();
    expect(stage.jamf.issued.get('1')).toBe(1);
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
        const stage = createStatusStage('either');
        const old = list.map(({ side, identity, isNamed, ...dates }): Certificate => {
          const found = certificateOf(side, dates);
          const wrongTime = { issuedAt: Math.min(dates.issuedAt, -HOUR) + stage.now() };
          const expiresAt = dates.expiresAt + stage.now();
          return {
            ...found,
            ...wrongTime,
            expiresAt,
            identity,
            ...(isNamed ? {} : { subject: 'CN=another' }),
          };
        });
        stage.answerWith(() => ({ kind: 'reported', certificates: old }));
        await stage.enrol();
        expect((await pass(stage)).state).toBe('verifying');
        stage.answerWith((id) => ({
          kind: 'reported',
          certificates: [...old, ...stage.jamf.certificatesOn(id)],
        }));
      }),
      { numRuns: 60 },
    );
  });
});

describe('a server that reports no declarative status', () => {
  it('is read once a day only after ten Macs had an hour to report', async () => {
    const stage = createStatusStage('auto');
    stage.answerWith(() => ({ kind: 'missing' }));
    for (let mac = 1; mac <= 12; mac += 1) {
      stage.reads.length = 0;
      await stage.enrol(String(mac));
      await pass(stage, { ms: 90 * MINUTE });
      expect(stage.reads.slice(0, TIMES.length)).toEqual(mac <= 10 ? TIMES : []);
      stage.jamf.report(String(mac));
      await stage.look(String(mac));
      await pass(stage, { ms: MINUTE });
      stage.clock.at += MINUTE;
    }
    stage.clock.at += DAY;
    stage.answerWith(stage.reported);
    await stage.enrol('13', { lastContactAt: stage.now(), reportedAt: stage.now() });
    await pass(stage);
    expect(await stage.limits.status('prod')).toMatchObject({ unreported: 0, why: null });
  });

  it('is not asked again for a day after it refused the read', async () => {
    const stage = createStatusStage('either');
    stage.answerWith(() => ({ kind: 'refused' }));
    await stage.enrol();
    await pass(stage, { ms: 20 * HOUR });
    expect(stage.reads).toEqual([30 * SECOND]);
    await pass(stage, { ms: 8 * HOUR });
    expect(stage.reads).toHaveLength(2);
  });
});
