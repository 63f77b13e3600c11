import { describe, expect, it } from 'vitest';
import { assess } from '../../../../src/domain/assess.js';
import type { KnownComputer } from '../../../../src/domain/known.js';
import { openRedistribution } from '../../../../src/domain/redistribution/open.js';
import type { BlockReason, Redistribution } from '../../../../src/domain/redistribution/record.js';
import { judgeRequest, requestCancel } from '../../../../src/domain/redistribution/request/request.js';
import { takeOver } from '../../../../src/domain/redistribution/request/take-over.js';
import { DAY, HOUR, knownOf, profileOf, START, watchedOf } from '../../../support/redistribution/fixtures.js';
import { attempted, install } from './step-cases.js';

const watched = watchedOf();

function judge({
  computer = knownOf(),
  open = null,
  policy = {},
  paused = null,
  overrides = {},
}: {
  computer?: KnownComputer | null;
  open?: Redistribution | null;
  policy?: Parameters<typeof watchedOf>[0];
  paused?: { by: string; reason: string } | null;
  overrides?: { hourlyCap?: boolean; canary?: boolean };
}) {
  const profile = watchedOf(policy);
  const assessment = computer && assess(computer, profile, START);
  return judgeRequest({
    computer,
    assessment,
    watched: profile,
    open,
    paused,
    now: START,
    overrides: { hourlyCap: false, canary: false, ...overrides },
  });
}

function opened(changes: Partial<Redistribution> = {}): Redistribution {
  const computer = knownOf();
  const assessment = assess(computer, watched, START);
  const cause = { kind: 'due' } as const;
  return {
    ...openRedistribution({ id: 'r-1', computer, watched, assessment, cause, now: START }),
    ...changes,
  };
}

describe('a request for a redistribution', () => {
  it('is allowed for a Mac that is due and for one that is not', () => {
    expect(judge({})).toMatchObject({ allowed: true, planOnly: false });
    const [certificate] = knownOf().certificates;
    if (certificate === undefined) throw new Error('no certificate');
    const healthy = knownOf({ certificates: [{ ...certificate, expiresAt: START + 300 * DAY }] });
    expect(judge({ computer: healthy })).toMatchObject({ allowed: true });
    expect(judge({ computer: knownOf({ certificates: [] }) })).toMatchObject({ allowed: true });
  });

  it('names what the redistribution will wait for', () => {
    const away = judge({ computer: knownOf({ lastContactAt: START - 2 * DAY }) });
    expect(away).toMatchObject({ allowed: true });
    expect(away.sentence).toContain('starts at its next check-in');
    const held = judge({ paused: { by: 'ada', reason: 'CA rollover' } });
    expect(held).toMatchObject({ allowed: true });
    expect(held.sentence).toContain('paused by ada (CA rollover)');
  });

  it('creates only a plan in observe mode', () => {
    const verdict = judge({ policy: { mode: 'observe' } });
    expect(verdict).toMatchObject({ allowed: true, planOnly: true });
    expect(verdict.sentence).toContain('nothing is written to Jamf Pro');
  });

  it.each([
    ['unknown-computer', { computer: null }, 'run a sweep'],
    ['retired', { computer: knownOf({ retiredAt: START }) }, 'deleted'],
    ['unmanaged', { computer: knownOf({ managed: false }) }, 'Re-enroll it'],
    ['unmanaged', { computer: knownOf({ mdmCapable: false }) }, 'Re-enroll it'],
    ['open', { open: opened({ state: 'eligible' }) }, 'r-1'],
    [
      'open',
      { open: opened({ state: 'blocked', blocked: { reason: 'offline', text: 'not seen for days' } }) },
      'not seen for days',
    ],
    [
      'pending-command',
      { open: opened({ state: 'pushed', attempts: [{ ...attempted, command: install() }] }) },
      'second certificate',
    ],
    [
      'settling',
      {
        open: opened({
          state: 'verified',
          proof: {
            serialNumber: 'NEW',
            expiresAt: START + 300 * DAY,
            issuedAt: null,
            reportedAt: START,
            credit: 'recert',
          },
          settlement: { kind: 'finish', dueAt: START + HOUR, doneAt: null, outcome: null },
        }),
      },
      'NEW',
    ],
  ] as const)('is refused (%s) with a sentence that says what to do', (reason, scene, words) => {
    const verdict = judge(scene);
    expect(verdict).toMatchObject({ allowed: false, reason });
    expect(verdict.sentence).toContain(words);
  });

  it('is refused for a Mac out of scope', () => {
    const nobody = { ...profileOf('blue'), scope: { ...profileOf('blue').scope, allComputers: false } };
    const narrow = { ...watched, blue: nobody };
    const computer = knownOf();
    const verdict = judgeRequest({
      computer,
      assessment: assess(computer, narrow, START),
      watched: narrow,
      open: null,
      paused: null,
      overrides: { hourlyCap: false, canary: false },
      now: START,
    });
    expect(verdict).toMatchObject({ allowed: false, reason: 'out-of-scope' });
    expect(verdict.sentence).toContain('Change the scope in Jamf Pro');
  });
});

describe('a request for a Mac whose open redistribution waits and has sent nothing', () => {
  const waits = (reason: BlockReason, text = 'because') =>
    opened({ state: 'blocked', blocked: { reason, text } });

  it.each([
    ['hourly-cap', { hourlyCap: true }],
    ['canary', { canary: true }],
    ['inventory-stale', {}],
    ['attempts-used', {}],
  ] as const)('takes the redistribution over when that resolves %s', (reason, overrides) => {
    const open = waits(reason);
    expect(judge({ open, overrides })).toMatchObject({ allowed: true, takesOver: open });
  });

  it('takes the redistribution over during the grace period of Jamf Pro', () => {
    expect(judge({ open: opened() })).toMatchObject({ allowed: true, takesOver: { id: 'r-1' } });
  });

  it.each([
    ['hourly-cap', { canary: true }, 'override the rate limit'],
    ['canary', { hourlyCap: true }, 'override the canary'],
    ['breaker-open', { hourlyCap: true, canary: true }, 'Follow it, or cancel it first'],
    ['maintenance-window', { hourlyCap: true, canary: true }, 'Follow it, or cancel it first'],
  ] as const)(
    'does not change a redistribution that waits for %s, and says what would resolve it',
    (reason, overrides, words) => {
      const verdict = judge({ open: waits(reason, 'this is why'), overrides });
      expect(verdict).toMatchObject({ allowed: false, reason: 'open' });
      expect(verdict.sentence).toContain(words);
      expect(verdict.sentence).toContain('this is why');
    },
  );

  it('never takes over during a write, during an attempt, or when the redistribution is ending', () => {
    const open = waits('hourly-cap');
    const intent = { purpose: 'tidy', change: null, at: START, calls: 1, calledAt: START } as const;
    const cancelRequest = { by: 'ada', reason: 'not this one', at: START };
    for (const changes of [{ intent }, { attempts: [attempted] }, { cancelRequest }])
      expect(judge({ open: { ...open, ...changes }, overrides: { hourlyCap: true } }).allowed).toBe(false);
  });

  it('records the reason of the person who took it over, and keeps earlier overrides', () => {
    const by = { by: 'anna', reason: 'INC-4711', at: START + 1 };
    const first = takeOver(waits('hourly-cap'), { ...by, overrides: { hourlyCap: true, canary: false } });
    expect(first).toMatchObject({
      state: 'blocked',
      blocked: { reason: 'hourly-cap' },
      cause: {
        kind: 'manual',
        by: 'anna',
        reason: 'INC-4711',
        overrides: { hourlyCap: true, canary: false },
      },
    });
    expect(first.history.at(-1)).toMatchObject({ at: START + 1, why: 'taken over by anna: INC-4711' });
    const second = takeOver(first, { ...by, overrides: { hourlyCap: false, canary: true } });
    expect(second.cause).toMatchObject({ overrides: { hourlyCap: true, canary: true } });
    expect(judge({ open: first, overrides: { hourlyCap: true } }).allowed).toBe(false);
  });
});

describe('a request to cancel', () => {
  it('is stored with its reason; a second request does not replace the first', () => {
    const once = requestCancel(opened(), { by: 'ada', reason: 'wrong Mac', at: START });
    const twice = requestCancel(once, { by: 'bob', reason: 'me too', at: START + 1 });
    expect(twice.cancelRequest).toEqual({ by: 'ada', reason: 'wrong Mac', at: START });
  });
});
