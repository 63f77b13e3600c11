import { describe, expect, it } from 'vitest';
import {
  measureWholeScope,
  refuseWholeScope,
  type WholeScopeFacts,
  WHOLE_SCOPE_EVERY_MS,
} from '../../../../src/domain/redistribution/request/whole-scope.js';
import {
  certificateOf,
  DAY,
  HOUR,
  IDS,
  knownOf,
  profileOf,
  START,
  watchedOf,
} from '../../../support/redistribution/fixtures.js';

const healthy = {
  certificates: [
    certificateOf('blue', { serialNumber: 'A', issuedAt: START - DAY, expiresAt: START + 364 * DAY }),
  ],
};

describe('the affected Macs of a whole-scope redistribution', () => {
  it('are the managed Macs of this profile, counted by whether they need a certificate', () => {
    const blast = measureWholeScope(profileOf('blue'), watchedOf({ hourlyCap: 2 }), START);
    for (const changes of [
      {},
      healthy,
      healthy,
      { certificates: [] },
      { managed: false },
      { mdmCapable: false },
      { retiredAt: START },
      // Only in the scope of green.
      { groupIds: [IDS.joinGreen, IDS.leaveBlue] },
    ])
      blast.add(knownOf(changes));
    expect(blast.radius()).toEqual({ computers: 4, needing: 1, unneeded: 2, unknown: 1, atCapMs: 2 * HOUR });
  });
});

describe('a whole-scope redistribution', () => {
  const facts: WholeScopeFacts = {
    watched: watchedOf(),
    radius: { computers: 4, needing: 1, unneeded: 2, unknown: 1, atCapMs: HOUR },
    paused: null,
    breaker: null,
    hold: null,
    lastAt: null,
    now: START,
  };
  it.each<[string, Partial<WholeScopeFacts>, RegExp]>([
    ['in mode observe', { watched: watchedOf({ mode: 'observe' }) }, /observe mode/],
    ['while paused', { paused: { by: 'ada', reason: 'no', at: START } }, /paused by ada \(no\)/],
    [
      'with an open breaker',
      { breaker: { reason: 'share', text: 'bad.', at: START } },
      /Circuit breaker open: bad/,
    ],
    [
      'during a hold',
      { hold: { why: 'restart', text: 'restarted', until: START + 1 } },
      /^Renewals on hold: restarted\.$/,
    ],
    [
      'outside a maintenance window',
      { watched: watchedOf({ maintenance: [{ days: ['sat'], from: '10:00', to: '11:00', zone: 'UTC' }] }) },
      /Outside the maintenance window;/,
    ],
    ['within 30 days', { lastAt: START - WHOLE_SCOPE_EVERY_MS + 1 }, /can be redistributed again/],
    ['without a Mac', { radius: { ...facts.radius, computers: 0 } }, /no managed Mac/],
  ])('is refused %s', (_when, changes, sentence) => {
    expect(refuseWholeScope({ ...facts, ...changes })).toMatch(sentence);
  });

  it('is allowed otherwise', () => {
    expect(refuseWholeScope(facts)).toBeNull();
    expect(refuseWholeScope({ ...facts, lastAt: START - WHOLE_SCOPE_EVERY_MS })).toBeNull();
  });
});
