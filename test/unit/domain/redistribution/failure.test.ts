import { expect, test } from 'vitest';
import { causeOfFailure, whyInState } from '../../../../src/domain/redistribution/failure.js';
import type { Attempt } from '../../../../src/domain/redistribution/record.js';
import { attempted } from './step-cases.js';

const nothing = { attempts: [], trouble: null, state: 'needs-human' as const, history: [] };
const ended = (outcome: Attempt['outcome'], error = '') => ({
  ...nothing,
  attempts: [{ ...attempted, outcome, error }],
});

test('errors that differ only in values of one Mac have the same cause', () => {
  const errors = [
    'SCEP server “https://ca.example.com/pki/0f61b2c3d4e5f607/scep” refused transaction 12345 at 2026-11-24T04:00:00.000Z',
    'SCEP server “https://ca.example.com/pki/9a8b7c6d5e4f3021/scep” refused transaction 777 at 2026-11-25T09:30:00.000Z',
  ];
  const causes = errors.map((error) => causeOfFailure(ended('error', error)));
  expect(causes.map(({ said }) => said)).toEqual(errors);
  expect(causes[1]?.likeness).toBe(causes[0]?.likeness);
});

test('errors with different texts have different causes', () => {
  const [one, other] = ['<MDM-SCEP:14006>', '<MDM-SCEP:14002>'].map((code, index) =>
    causeOfFailure(
      ended(
        'error',
        `${index === 0 ? 'The network connection was lost' : 'The challenge is wrong'}. ${code}`,
      ),
    ),
  );
  expect(one?.likeness).not.toBe(other?.likeness);
});

test.each(['unproven', 'no-command'] as const)(
  '%s is a separate cause, whatever the error text is',
  (outcome) => {
    expect(causeOfFailure(ended(outcome, 'anything'))).toMatchObject({ kind: outcome, said: '' });
  },
);

test('the cause before any attempt is the error of Jamf Pro, or else the last failure', () => {
  const trouble = { since: 1, at: 2, count: 3, text: 'GET /api/v1 answered 503' };
  expect(causeOfFailure({ ...nothing, trouble })).toMatchObject({ kind: 'jamf', said: trouble.text });
  const history = [{ at: 1, from: null, to: 'due' as const, why: 'the Mac has no scope', evidence: {} }];
  expect(causeOfFailure({ ...nothing, history })).toMatchObject({
    kind: 'other',
    said: 'the Mac has no scope',
  });
});

test('a note after the failure, such as that the groups were cleaned up, does not replace its reason', () => {
  const why = 'InstallProfile failed: the challenge is wrong';
  const cleaned = 'the groups are as they were before';
  const at = { at: 1, evidence: {} };
  const history = [
    Object.assign({ from: 'pushed' as const, to: 'needs-human' as const, why }, at),
    Object.assign({ from: 'needs-human' as const, to: 'needs-human' as const, why: cleaned }, at),
  ];
  expect(whyInState({ state: 'needs-human', history })).toBe(why);
  expect(causeOfFailure({ ...nothing, history })).toMatchObject({ kind: 'other', said: why });
});
