import { describe, expect, it } from 'vitest';
import { assess } from '../../../../src/domain/assess.js';
import type { KnownComputer } from '../../../../src/domain/known.js';
import { openRedistribution } from '../../../../src/domain/redistribution/open.js';
import type { Redistribution } from '../../../../src/domain/redistribution/record.js';
import { judgeRequest, requestCancel } from '../../../../src/domain/redistribution/request.js';
import { DAY, HOUR, knownOf, profileOf, START, watchedOf } from '../../../support/redistribution/fixtures.js';
import { attempted, install } from './scenes.js';

const watched = watchedOf();

function judge({
  computer = knownOf(),
  open = null,
  policy = {},
  paused = null,
}: {
  computer?: KnownComputer | null;
  open?: Redistribution | null;
  policy?: Parameters<typeof watchedOf>[0];
  paused?: { by: string; reason: string } | null;
}) {
  const profile = watchedOf(policy);
  const assessment = computer && assess(computer, profile, START);
  return judgeRequest({ computer, assessment, watched: profile, open, paused, now: START });
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

describe('a person who asks for a redistribution', () => {
  it('is told yes, for a Mac that is due and for one that is not', () => {
    expect(judge({})).toMatchObject({ allowed: true, planOnly: false });
    const [certificate] = knownOf().certificates;
    if (certificate === undefined) throw new Error('no certificate');
    const healthy = knownOf({ certificates: [{ ...certificate, expiresAt: START + 300 * DAY }] });
    expect(judge({ computer: healthy })).toMatchObject({ allowed: true });
    expect(judge({ computer: knownOf({ certificates: [] }) })).toMatchObject({ allowed: true });
  });

  it('is told what it will wait for', () => {
    const away = judge({ computer: knownOf({ lastContactAt: START - 2 * DAY }) });
    expect(away).toMatchObject({ allowed: true });
    expect(away.sentence).toContain('until the Mac is seen again');
    const held = judge({ paused: { by: 'ada', reason: 'CA rollover' } });
    expect(held).toMatchObject({ allowed: true });
    expect(held.sentence).toContain('paused by ada (CA rollover)');
  });

  it('gets a plan in mode observe, and no more', () => {
    const verdict = judge({ policy: { mode: 'observe' } });
    expect(verdict).toMatchObject({ allowed: true, planOnly: true });
    expect(verdict.sentence).toContain('nothing is written to Jamf Pro');
  });

  it.each([
    ['unknown-computer', { computer: null }, 'run a sweep'],
    ['retired', { computer: knownOf({ retiredAt: START }) }, 'deleted'],
    ['unmanaged', { computer: knownOf({ managed: false }) }, 'enrol it again'],
    ['unmanaged', { computer: knownOf({ mdmCapable: false }) }, 'enrol it again'],
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
  ] as const)('is refused (%s) with a sentence that helps', (reason, scene, words) => {
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
      now: START,
    });
    expect(verdict).toMatchObject({ allowed: false, reason: 'out-of-scope' });
    expect(verdict.sentence).toContain('change the scope in Jamf Pro');
  });
});

describe('a person who cancels', () => {
  it('is remembered with the reason; the first one counts', () => {
    const once = requestCancel(opened(), { by: 'ada', reason: 'wrong Mac', at: START });
    const twice = requestCancel(once, { by: 'bob', reason: 'me too', at: START + 1 });
    expect(twice.cancelRequest).toEqual({ by: 'ada', reason: 'wrong Mac', at: START });
  });
});
