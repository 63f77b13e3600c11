import { expect, test } from 'vitest';
import { judgeProofTime } from '../../../src/doctor/profiles/proof-time.js';
import type { Redistribution } from '../../../src/domain/redistribution/record.js';
import { acknowledged, attempted } from '../domain/redistribution/step-cases.js';
import { DAY, HOUR, START } from '../../support/redistribution/fixtures.js';

const provenAfter = (
  ms: number,
  more: Partial<NonNullable<Redistribution['proof']>> = {},
): Pick<Redistribution, 'proof' | 'attempts'> => ({
  attempts: [{ ...attempted, command: { ...acknowledged, completedAt: START } }],
  proof: {
    serialNumber: 'NEW',
    expiresAt: START,
    issuedAt: START,
    reportedAt: START + ms,
    credit: 'recert',
    ...more,
  },
});

const weekly = Array.from({ length: 20 }, (_, index) => provenAfter((index + 1) * 8 * HOUR));

test('the time from the acknowledgment to the proof, with what would shorten it', () => {
  expect(judgeProofTime('okta', weekly)).toEqual([
    expect.objectContaining({
      level: 'warn',
      said: 'proof takes 4d (median), 7d (95th percentile); 0 of 20 renewals were proven by declarative status',
      todo: expect.stringMatching(/declarative status.*Report inventory sooner/u) as string,
    }),
  ]);
});

test('a policy is what remains if declarative status already proves renewals', () => {
  const status = Array.from({ length: 5 }, () => provenAfter(3 * DAY, { source: 'status' }));
  const [finding] = judgeProofTime('okta', status);
  expect(finding?.todo).not.toContain('declarative status');
  expect(finding?.todo).toContain('Report inventory sooner');
});

test('a short time needs nothing, and renewals by others and few renewals say nothing', () => {
  const fast = Array.from({ length: 5 }, () => provenAfter(HOUR));
  expect(judgeProofTime('okta', fast)).toMatchObject([{ level: 'ok', todo: '' }]);
  expect(judgeProofTime('okta', fast.slice(1))).toEqual([]);
  const others = Array.from({ length: 5 }, () => provenAfter(HOUR, { credit: 'jamf' }));
  expect(judgeProofTime('okta', others)).toEqual([]);
});
