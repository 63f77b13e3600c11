import { describe, expect, it } from 'vitest';
import { assess } from '../../../../src/domain/assess.js';
import type { KnownComputer } from '../../../../src/domain/known.js';
import type { Evidence } from '../../../../src/domain/redistribution/evidence/evidence.js';
import { openRedistribution } from '../../../../src/domain/redistribution/open.js';
import { tokenChanges } from '../../../../src/domain/redistribution/permits.js';
import { isInFlight } from '../../../../src/domain/redistribution/record.js';
import { step } from '../../../../src/domain/redistribution/step.js';
import {
  certificateOf,
  DAY,
  HOUR,
  knownOf,
  MINUTE,
  START,
  watchedOf,
} from '../../../support/redistribution/fixtures.js';
import {
  acknowledged,
  attempted,
  defaultEvidence,
  green,
  install,
  intent,
  nextState,
  NOW,
  renewedByUs,
  renewedNatively,
  run,
  seen,
  awaitingProof,
  triggerIntended,
} from './step-cases.js';

describe('a trigger', () => {
  it('is stored before the write, with the certificate that it is to replace', () => {
    const outcome = run('eligible', {});
    if (outcome.kind !== 'move') throw new Error(outcome.kind);
    expect(outcome.effect).toEqual({ do: 'change-group', purpose: 'trigger', change: intent.change });
    expect(outcome.record).toMatchObject({
      state: 'eligible',
      direction: 'to-green',
      baseline: { serialNumber: 'OLD', expiresAt: START + 10 * DAY, at: NOW },
      intent: { purpose: 'trigger', at: NOW, calls: 1 },
      attempts: [{ number: 1, triggeredAt: null }],
    });
  });

  it('stores the existing commands, so that none of them counts as its own', () => {
    const before = install({ uuid: 'before', state: 'ERROR', sentAt: START - 5 * MINUTE });
    const outcome = run('eligible', { evidence: { commands: green(before) } });
    if (outcome.kind !== 'move') throw new Error(outcome.kind);
    expect(outcome.record.attempts[0]?.earlierCommands).toEqual(['before']);
    const later = run('triggered', {
      attempt: { earlierCommands: ['before'] },
      evidence: { commands: green(before) },
      now: START + MINUTE,
    });
    expect(later.kind).toBe('wait');
  });

  it('requests no evidence that needs a call while a cheaper check fails', () => {
    const bare = { membership: {}, commands: {}, room: defaultEvidence.room, attemptsUsed: 0 };
    for (const scene of [
      { policy: { mode: 'observe' as const } },
      { evidence: { ...bare, paused: { by: 'ada', reason: 'no', at: START } } },
      { computer: { managed: false } },
      { computer: { reportedAt: START - 20 * DAY } },
      { computer: { lastContactAt: START - 2 * DAY } },
    ])
      expect(run('eligible', { ...scene, evidence: { ...bare, ...scene.evidence } }).kind).toBe('wait');
  });

  it('takes its rate-limit permit last, when all other checks have passed', () => {
    const bare: Partial<Evidence> = { ...defaultEvidence };
    delete bare.token;
    const watched = watchedOf();
    const computer = knownOf({ readAt: NOW });
    const record = openRedistribution({
      id: 'r-1',
      computer,
      watched,
      assessment: assess(computer, watched, NOW),
      cause: { kind: 'due' },
      now: START,
    });
    const assessment = assess(computer, watched, NOW);
    const evidence: Evidence = { paused: null, ...bare, computer, assessment };
    expect(step({ record: { ...record, state: 'eligible' }, evidence, watched, now: NOW })).toEqual({
      kind: 'need',
      needs: [{ what: 'token', attempt: 1, overHourlyCap: false, overCanary: false }],
    });
  });

  it('is not repeated while the call may still take effect, and keeps its number when the call never arrived', () => {
    const soon = run('eligible', { ...triggerIntended, now: START + 10_000 });
    expect(soon).toMatchObject({ kind: 'wait', record: { wakeAt: START + MINUTE, intent: { calls: 1 } } });
    const later = run('eligible', { ...triggerIntended, now: START + MINUTE });
    expect(later).toMatchObject({ kind: 'move', effect: null, record: { intent: null, attempts: [] } });
  });

  it('waits for inventory that can show the result of the last installation', () => {
    const led = nextState('eligible', {
      evidence: { commands: { ...green(acknowledged), 'install-blue': [] } },
    });
    expect(led.record.blocked?.reason).toBe('inventory-stale');
  });

  it('requires recent facts', () => {
    const outcome = run('eligible', { computer: { readAt: NOW - HOUR } });
    expect(outcome).toMatchObject({ kind: 'wait', effect: { do: 'ask-inventory' } });
  });
});

describe('a certificate outside the maintenance windows', () => {
  // NOW is a whole hour in UTC; the window opens in six days.
  const day = new Date(NOW - DAY).getUTCDay();
  const maintenance = [
    {
      days: [(['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const)[day] ?? 'sun'],
      from: '00:00',
      to: '01:00',
      zone: 'UTC',
    },
  ];
  const reason = (left: number, maintenanceUrgent?: 'allow' | 'wait') => {
    const certificates = [
      certificateOf('blue', { serialNumber: 'OLD', issuedAt: START - 350 * DAY, expiresAt: NOW + left }),
    ];
    const { record } = nextState('eligible', {
      computer: { certificates },
      policy: { maintenance, maintenanceUrgent },
    });
    return record.blocked?.reason ?? record.intent?.purpose;
  };

  it.each([
    ['waits by default, even if it expires before the next window', DAY, undefined, 'maintenance-window'],
    ['is renewed if it expires before the next window and this is allowed', 3 * DAY, 'allow', 'trigger'],
    ['waits if it expires later', 9 * DAY, 'allow', 'maintenance-window'],
  ] as const)('%s', (_what, left, urgent, expected) => {
    expect(reason(left, urgent)).toBe(expected);
  });
});

describe('a proof', () => {
  const prove = (changes: Partial<KnownComputer>) =>
    nextState('verifying', { ...awaitingProof, computer: changes }).to;
  const [certificate] = renewedByUs.certificates ?? [];
  if (certificate === undefined) throw new Error('no certificate');

  it.each([
    ['reported before the acknowledgement', { ...renewedByUs, reportedAt: START + 9 * MINUTE }],
    ['the old serial number', { ...renewedByUs, certificates: [{ ...certificate, serialNumber: 'OLD' }] }],
    ['no serial number', { ...renewedByUs, certificates: [{ ...certificate, serialNumber: '' }] }],
    ['no later expiry', { ...renewedByUs, certificates: [{ ...certificate, expiresAt: START + 10 * DAY }] }],
    [
      'issued long before the trigger',
      { ...renewedByUs, certificates: [{ ...certificate, issuedAt: START - HOUR }] },
    ],
    ['the other profile’s certificate', renewedNatively],
    ['no identity', { ...renewedByUs, certificates: [{ ...certificate, identity: false }] }],
    ['revoked', { ...renewedByUs, certificates: [{ ...certificate, revoked: true as const }] }],
  ])('does not exist: %s', (_what, changes) => {
    expect(prove(changes)).toBe('verifying');
  });

  it.each([
    [
      'a clock that is nine minutes slow',
      { ...renewedByUs, certificates: [{ ...certificate, issuedAt: START - 9 * MINUTE }] },
    ],
    ['no date of issue', { ...renewedByUs, certificates: [{ ...certificate, issuedAt: null }] }],
    ['inactive', { ...renewedByUs, certificates: [{ ...certificate, active: false }] }],
    ['inventory of the same second, cut', { ...renewedByUs, reportedAt: START + 10 * MINUTE - 500 }],
  ])('exists: %s', (_what, changes) => {
    expect(prove(changes)).toBe('verified');
  });
});

describe('a blank push', () => {
  const at = (now: number, blankPushes: readonly number[], paused: Evidence['paused'] = null) =>
    run('pushed', {
      computer: { lastContactAt: now - MINUTE },
      attempt: { ...seen(install()), deliveryFrom: START + MINUTE, blankPushes: [...blankPushes] },
      evidence: { commands: green(install()), paused },
      now,
    });
  const push = { do: 'blank-push' };

  it('is sent once at each configured time, and never while paused', () => {
    expect(at(START + 10 * MINUTE, [])).toMatchObject({ effect: null });
    expect(at(START + 16 * MINUTE, [])).toMatchObject({ effect: push });
    expect(at(START + 17 * MINUTE, [1])).toMatchObject({ effect: null });
    expect(at(START + 5 * HOUR, [1])).toMatchObject({ effect: push });
    expect(at(START + 5 * HOUR, [1], { by: 'ada', reason: 'no', at: START })).toMatchObject({ effect: null });
  });

  it('is sent once for several missed times', () => {
    const outcome = at(START + 2 * DAY, []);
    if (outcome.kind !== 'wait') throw new Error(outcome.kind);
    expect(outcome.effect).toEqual(push);
    expect(outcome.record.attempts[0]?.blankPushes).toHaveLength(3);
  });
});

it('a Mac with a pending command counts as offline after a day without contact: its slot is free then, its permit after the delivery timeout', () => {
  const pending = { ...seen(install()), deliveryFrom: START + MINUTE, blankPushes: [1, 2, 3] };
  const silent = { computer: { lastContactAt: START }, evidence: { commands: green(install()) } };
  const outcome = run('pushed', { ...silent, attempt: pending, now: START + DAY + 2 * MINUTE });
  if (outcome.kind !== 'wait') throw new Error(outcome.kind);
  const { record } = outcome;
  expect(record).toMatchObject({ state: 'blocked', blocked: { reason: 'offline' } });
  expect(isInFlight(record)).toBe(false);
  expect(tokenChanges({ ...record, attempts: [] }, record)).toMatchObject([{ after: Infinity }]);
  const later = run('blocked', { ...silent, attempt: pending, record, now: START + 7 * DAY + 2 * MINUTE });
  if (later.kind !== 'wait') throw new Error(later.kind);
  expect(tokenChanges(record, later.record)).toMatchObject([{ before: Infinity, after: START }]);
});

describe('a pending command that Recert did not send', () => {
  const pending = install({ uuid: 'theirs', sentAt: START });
  const at = (
    now: number,
    scene: { woken?: { command: string; pushes: number }; paused?: Evidence['paused'] },
  ) =>
    run('blocked', {
      now,
      computer: { readAt: now - MINUTE, lastContactAt: now - MINUTE, reportedAt: now - HOUR },
      record: { blocked: { reason: 'pending-command', text: '' }, woken: scene.woken ?? null },
      evidence: { commands: green(pending), paused: scene.paused ?? null },
    });

  it('gets blank pushes like a command of Recert, because its push may be lost', () => {
    const blank = { effect: { do: 'blank-push' } };
    expect(at(START + 14 * MINUTE, {})).toMatchObject({ kind: 'wait', effect: null });
    const first = at(START + 16 * MINUTE, {});
    expect(first).toMatchObject({
      ...blank,
      record: { state: 'blocked', woken: { command: 'theirs', pushes: 1 } },
    });
    expect(at(START + 17 * MINUTE, { woken: { command: 'theirs', pushes: 1 } })).toMatchObject({
      effect: null,
    });
    expect(at(START + 5 * HOUR, { woken: { command: 'theirs', pushes: 1 } })).toMatchObject(blank);
    expect(at(START + 16 * MINUTE, { woken: { command: 'another', pushes: 3 } })).toMatchObject(blank);
  });

  it('gets no blank push while paused', () => {
    const paused = { by: 'ada', reason: 'no', at: START };
    expect(at(START + 16 * MINUTE, { paused })).toMatchObject({ effect: null, record: { woken: null } });
  });
});

it('a stopped redistribution keeps the profile that has the certificate when the better certificate is lost', () => {
  const settlement = { kind: 'finish' as const, dueAt: START, doneAt: null, outcome: null };
  const outcome = run('cancelled', {
    computer: renewedNatively,
    attempt: { endedAt: START, outcome: 'cancelled' },
    record: { settlement },
    evidence: { membership: { joinGreen: true, leaveBlue: false } },
  });
  expect(outcome).toMatchObject({ kind: 'move', effect: null, record: { settlement: { kind: 'return' } } });
});

it('a redistribution does not change direction while the old profile is being removed: the Mac would have neither', () => {
  const settlement = { kind: 'finish' as const, dueAt: START, doneAt: null, outcome: null };
  const finish = { group: 'leaveBlue' as const, op: 'add' as const };
  const outcome = run('cancelled', {
    computer: renewedNatively,
    attempt: { endedAt: START, outcome: 'cancelled' },
    record: { settlement, intent: { ...intent, purpose: 'finish', change: finish } },
    evidence: { membership: { joinGreen: true, leaveBlue: true }, breaker: null },
  });
  if (outcome.kind === 'need') throw new Error('asks for more');
  expect(outcome.record.settlement?.kind).toBe('finish');
});

it('a redistribution ends when later inventory shows no certificate at all, regardless of the cause', () => {
  const settlement = { kind: 'finish' as const, dueAt: START + 7 * DAY, doneAt: null, outcome: null };
  const proof = {
    serialNumber: 'NEW',
    expiresAt: START + 365 * DAY,
    issuedAt: START,
    reportedAt: START + 20 * MINUTE,
    credit: 'recert' as const,
  };
  const at = (reportedAt: number) =>
    run('verified', {
      computer: { reportedAt, certificates: [], profiles: [] },
      attempt: { endedAt: START, outcome: 'verified' },
      record: { settlement, proof },
    });
  expect(at(START + 20 * MINUTE)).toMatchObject({ kind: 'wait' });
  expect(at(START + 30 * MINUTE)).toMatchObject({ record: { settlement: { outcome: 'left' } } });
});

it('old inventory is read again as soon as a slot is free, however long the Mac was queued', () => {
  const now = START + 7 * DAY;
  const outcome = run('blocked', {
    now,
    computer: { readAt: now - 20 * MINUTE, lastContactAt: now - MINUTE, reportedAt: now - HOUR },
    record: { since: START, askedAt: now - 21 * MINUTE, blocked: { reason: 'hourly-cap', text: '' } },
  });
  expect(outcome).toMatchObject({ kind: 'wait', effect: { do: 'ask-inventory' } });
});

describe('the retry delay', () => {
  it('doubles with each attempt up to its limit, with a jitter of one fifth', () => {
    const waits = [1, 2, 5, 9].map((count) => {
      const attempts = Array.from({ length: count }, (_, index) => ({ ...attempted, number: index + 1 }));
      const { record } = nextState('triggered', {
        record: { attempts },
        evidence: { membership: { joinGreen: true } },
      });
      return ((record.retryAt ?? 0) - NOW) / HOUR;
    });
    for (const [index, least] of [1, 2, 16, 32].entries()) {
      expect(waits[index]).toBeGreaterThanOrEqual(least);
      expect(waits[index]).toBeLessThanOrEqual(least * 1.2);
    }
  });
});
