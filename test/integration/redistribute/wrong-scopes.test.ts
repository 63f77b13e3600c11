import { expect, it } from 'vitest';
import { SEEDED } from '../../../simulator/world/seeded.js';
import { LONG_TEST_MS } from '../../support/eventually.js';
import { OVERLAP, startEnvironment, WAITS } from './environment.js';

const DUE = 20;
const { joinGreen, leaveBlue } = SEEDED;

it(
  'no Mac is changed when joinGreen and leaveBlue are exchanged, and each redistribution says what to correct',
  async () => {
    const { startWorker, records, members, eventually } = await startEnvironment({
      simulator: { fleet: { computers: 30, due: DUE, dueWithin: '5d' } },
      okta: { overlap: { ...OVERLAP, joinGreen: leaveBlue, leaveBlue: joinGreen }, waits: WAITS },
    });
    await startWorker();
    await eventually(async () => {
      const all = await records();
      return all.length === DUE && all.every(({ state }) => state === 'blocked');
    });
    const [first, ...others] = (await records()).map(({ blocked }) => blocked);
    expect(first?.reason).toBe('scopes-wrong');
    expect(first?.text).toContain('joinGreen and leaveBlue are exchanged');
    expect(first?.text).toContain('set joinGreen to the group that green targets');
    expect(others.every((one) => one?.text === first?.text)).toBe(true);
    expect([joinGreen, leaveBlue].flatMap(members)).toEqual([]);
  },
  LONG_TEST_MS,
);
