import { expect, it } from 'vitest';
import type { Redistribution } from '../../../src/domain/redistribution/record.js';
import { LONG_TEST_MS } from '../../support/eventually.js';
import { startEnvironment, WAITS } from './environment.js';

const [DUE, EXPIRED] = [17, 3];
const HOUR_MS = 3_600_000;

it(
  'a change from observe to act triggers the expired Macs first, and all at once instead of at their next check',
  async () => {
    const environment = await startEnvironment({
      simulator: { fleet: { computers: 30, due: DUE, expired: EXPIRED } },
      // What observe mode blocks is checked again after 30 times `poll`, so only the change of the mode can wake it during the test.
      // The first wave has a place for each expired Mac. Without a limit, all would begin in the same moment, in any order.
      okta: {
        waits: Object.assign({}, WAITS, { poll: '3m', online: '10m' }),
        capacity: { caLimit: 6_000 },
        canary: [EXPIRED, 25],
      },
    });
    const { records, eventually } = environment;
    await environment.startWorker({ mode: 'observe' });
    await eventually(async () => {
      const all = await records();
      return all.length === DUE + EXPIRED && all.every(({ blocked }) => blocked?.reason === 'observe');
    });
    const planned = await records();
    for (const { since, wakeAt } of planned) expect(wakeAt - since).toBeGreaterThan(HOUR_MS);
    await environment.killWorkers();

    await environment.startWorker();
    await eventually(async () => (await records()).every(({ attempts }) => attempts.length > 0));
    const begun = (await records()).toSorted((a, b) => intentAt(a) - intentAt(b));
    const expired = planned.filter(({ baseline, openedAt }) => (baseline.expiresAt ?? Infinity) < openedAt);
    expect(expired).toHaveLength(EXPIRED);
    expect(
      begun
        .slice(0, EXPIRED)
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(expired.map(({ id }) => id).toSorted());
    const checkAt = new Map(planned.map(({ id, wakeAt }) => [id, wakeAt]));
    for (const one of begun) expect(intentAt(one)).toBeLessThan(checkAt.get(one.id) ?? 0);
  },
  LONG_TEST_MS,
);

function intentAt({ attempts }: Redistribution): number {
  return attempts[0]?.intentAt ?? Infinity;
}
