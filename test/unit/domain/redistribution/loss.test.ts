import { describe, expect, it } from 'vitest';
import { assess } from '../../../../src/domain/assess.js';
import type { KnownComputer } from '../../../../src/domain/known.js';
import type { Profile } from '../../../../src/domain/profile.js';
import { openRedistribution } from '../../../../src/domain/redistribution/open.js';
import type { Redistribution } from '../../../../src/domain/redistribution/record.js';
import {
  judgeResults,
  resultOf,
  canaryChange,
} from '../../../../src/domain/redistribution/safety-limits/circuit-breaker.js';
import { step } from '../../../../src/domain/redistribution/step.js';
import type { WatchedProfile } from '../../../../src/domain/watched.js';
import {
  IDS,
  knownOf,
  MINUTE,
  profileOf,
  START,
  watchedOf,
} from '../../../support/redistribution/fixtures.js';
import { attempted, defaultEvidence, failed, NOW, seen } from './step-cases.js';

const { joinGreen, leaveBlue } = IDS;
const { breaker: POLICY } = watchedOf().policy;

const scopedTo = (side: 'blue' | 'green', groupIds: string[], excluded: string[]): Profile => {
  const profile = profileOf(side);
  const exclusions = { ...profile.scope.exclusions, groupIds: excluded };
  return { ...profile, scope: { ...profile.scope, allComputers: false, groupIds, exclusions } };
};

/** The two groups are exchanged: a Mac that joins joinGreen leaves blue. */
const EXCHANGED: WatchedProfile = {
  ...watchedOf(),
  blue: scopedTo('blue', ['1'], [joinGreen]),
  green: scopedTo('green', [leaveBlue], []),
};

/** Runs one step of a redistribution whose Mac joined joinGreen at START. */
function found(
  changes: Partial<KnownComputer>,
  { watched = watchedOf(), record = {} }: { watched?: WatchedProfile; record?: Partial<Redistribution> } = {},
) {
  const computer = knownOf({ readAt: NOW - MINUTE, ...changes });
  const before: Redistribution = {
    ...openRedistribution({
      id: 'r-1',
      computer: knownOf(),
      watched,
      assessment: assess(knownOf(), watched, START),
      cause: { kind: 'due' },
      now: START,
    }),
    state: 'triggered',
    attempts: [attempted],
    direction: 'to-green',
    ...record,
  };
  const evidence = { computer, assessment: assess(computer, watched, NOW), paused: null, ...defaultEvidence };
  const outcome = step({ record: before, evidence, watched, now: NOW });
  if (outcome.kind === 'need') return null;
  const result = resultOf(before, outcome.record);
  return result?.outcome === 'lost' ? { result, before } : null;
}

const NOTHING = { reportedAt: NOW - MINUTE, profiles: [], certificates: [] };

describe('a Mac that lost both profiles after a write', () => {
  it.each<[string, Partial<KnownComputer>, WatchedProfile]>([
    ['when the write took it out of both scopes', { groupIds: ['1', joinGreen] }, EXCHANGED],
    ['when it is in scope and inventory shows neither', { ...NOTHING, groupIds: [joinGreen] }, watchedOf()],
  ])('opens the circuit breaker at once %s', (_what, changes, watched) => {
    const lost = found(changes, { watched });
    const breaker = judgeResults(lost ? [lost.result] : [], POLICY, { profile: 'okta', full: false });
    expect(breaker?.reason).toBe('lost-profile');
    expect(breaker?.text).toContain('computer 1 (Mac 1, C02TEST)');
    expect(breaker?.text).toContain(`after Recert added it to group ${joinGreen} (joinGreen)`);
    expect(breaker?.text).toContain(`it is in groups ${(changes.groupIds ?? []).join(', ')}`);
    expect(breaker?.text).toMatch(/recert doctor.+recert resume/u);
  });

  it('counts as a failed result if another user removed the Mac from the scope, and opens the breaker as other failures do', () => {
    const watched = { ...watchedOf(), blue: scopedTo('blue', ['1'], []) };
    const lost = found({ groupIds: [] }, { watched });
    if (lost === null) throw new Error('not found');
    expect(lost.result).toMatchObject({ outcome: 'lost', loss: { isOurs: false } });
    expect(judgeResults([lost.result], POLICY, { profile: 'okta', full: false })).toBeNull();
    expect(
      judgeResults([lost.result, lost.result, lost.result], POLICY, { profile: 'okta', full: false })?.reason,
    ).toBe('in-a-row');
  });

  it('is counted, too, when Jamf Pro has sent the new profile and someone took the old one off the Mac', () => {
    const record = { attempts: [{ ...attempted, ...seen(failed) }] };
    expect(found({ ...NOTHING, groupIds: [joinGreen] }, { record })?.result.loss?.isOurs).toBe(false);
  });

  it('removes its success from the canary only if it was counted', () => {
    const lost = found({ groupIds: ['1', joinGreen] }, { watched: EXCHANGED });
    if (lost === null) throw new Error('not found');
    const loss = { at: NOW, isOurs: true, text: 'gone' };
    expect(canaryChange(lost.before, { ...lost.before, loss })).toBe(0);
    const proof = {
      serialNumber: 'N',
      expiresAt: 1,
      issuedAt: null,
      reportedAt: 1,
      credit: 'recert' as const,
    };
    const verified = { ...lost.before, state: 'verified' as const, proof };
    expect(canaryChange(verified, { ...verified, loss })).toBe(-1);
  });
});

it.each<[string, Partial<KnownComputer>, Partial<Redistribution>?]>([
  ['it has enrolled again', { ...NOTHING, managementId: 'm-2' }],
  ['it is no longer managed', { ...NOTHING, managed: false }],
  ['it was deleted', { ...NOTHING, retiredAt: NOW }],
  ['inventory is from before the write', { ...NOTHING, reportedAt: START - MINUTE }],
  ['nothing was written', NOTHING, { attempts: [], state: 'due' }],
  ['it had no certificate before', NOTHING, { baseline: { serialNumber: '', expiresAt: null, at: START } }],
  ['it was found before', NOTHING, { loss: { at: START, isOurs: true, text: 'gone' } }],
  ['it still has one profile', { reportedAt: NOW - MINUTE }],
])('is not a loss when %s', (_what, changes, record = {}) => {
  expect(found({ groupIds: [joinGreen], ...changes }, { record })).toBeNull();
});
