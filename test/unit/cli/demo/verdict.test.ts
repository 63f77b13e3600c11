import { describe, expect, it } from 'vitest';
import type { Detailed } from '../../../../src/cli/demo/service.js';
import { type Evidence, faultsOfActing, faultsOfObserving } from '../../../../src/cli/demo/verdict.js';

const MAC = { id: 6, name: 'mac-0006', serialNumber: 'SERIAL000006' };

/** A redistribution of the Mac, proven by default. */
function redistribution(changes: Partial<Detailed> = {}): Detailed {
  return {
    id: 'r1',
    instance: 'demo',
    profile: 'okta',
    computer: { id: '6', serialNumber: MAC.serialNumber, name: MAC.name, username: '' },
    state: 'verified',
    since: 2,
    openedAt: 1,
    closedAt: null,
    cause: { kind: 'due' },
    blocked: null,
    plan: '',
    wakeAt: 3,
    attempts: 1,
    before: { serialNumber: 'old', expiresAt: 100 },
    proof: { serialNumber: 'new', expiresAt: 200, issuedAt: 50, reportedAt: 60, credit: 'recert' },
    dueAt: 1,
    direction: 'to-green',
    attemptList: [],
    retryAt: null,
    lease: null,
    settlement: null,
    trouble: null,
    cancelRequest: null,
    history: [],
    ...changes,
  };
}

const issued = { at: 50, outcome: 'issued', computerId: 6, serialNumber: 'new' };
const GOOD: Evidence = { due: [MAC], redistributions: [redistribution()], issuances: [issued], requests: [] };

describe('a run in act mode', () => {
  it('succeeds when each due Mac is proven renewed by exactly one certificate', () => {
    expect(faultsOfActing(GOOD)).toEqual([]);
  });

  it.each<[string, Partial<Evidence>, RegExp]>([
    ['a Mac never redistributed', { redistributions: [] }, /was not redistributed/],
    [
      'one that is not verified',
      { redistributions: [redistribution({ state: 'pushed', proof: null })] },
      /is pushed/,
    ],
    ['a second certificate', { issuances: [issued, issued] }, /got 2 certificates/],
    ['no certificate', { issuances: [{ ...issued, outcome: 'failed' }] }, /got 0 certificates/],
    [
      'one for a Mac that was not due',
      { issuances: [issued, { ...issued, computerId: 7 }] },
      /issued 2 .* for 1 due/,
    ],
    [
      'the serial number from before',
      { redistributions: [redistribution({ before: { serialNumber: 'new', expiresAt: 100 } })] },
      /still has the old certificate/,
    ],
    [
      'no later expiry',
      { redistributions: [redistribution({ before: { serialNumber: 'old', expiresAt: 200 } })] },
      /does not expire later/,
    ],
  ])('fails with %s', (_, changes, fault) => {
    expect(faultsOfActing({ ...GOOD, ...changes }).join('\n')).toMatch(fault);
  });
});

describe('a run in observe mode', () => {
  const blocked = { reason: 'observe' as const, text: '' };
  const plan = redistribution({ state: 'blocked', blocked, proof: null });
  const observed: Evidence = { due: [MAC], redistributions: [plan], issuances: [], requests: [] };
  const request = { method: 'POST', path: '/api/oauth/token', status: 200 };

  it('succeeds when each due Mac has a plan and only reads were sent', () => {
    const requests = [request, { method: 'GET', path: '/api/v4/computers-inventory', status: 200 }];
    expect(faultsOfObserving({ ...observed, requests })).toEqual([]);
  });

  it.each<[string, Partial<Evidence>, RegExp]>([
    ['a Mac without a plan', { redistributions: [] }, /has no plan/],
    [
      'a write',
      { requests: [{ ...request, method: 'PUT', path: '/JSSResource/computergroups/id/31' }] },
      /PUT .* was sent/,
    ],
    [
      'a blank push',
      { requests: [{ ...request, path: '/api/v2/mdm/blank-push' }] },
      /POST .*blank-push was sent/,
    ],
    ['a certificate', { issuances: [issued] }, /requested a certificate from the CA/],
  ])('fails with %s', (_, changes, fault) => {
    expect(faultsOfObserving({ ...observed, ...changes }).join('\n')).toMatch(fault);
  });
});
