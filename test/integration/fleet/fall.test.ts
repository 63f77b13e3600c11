import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { assessHints } from '../../../src/application/inventory/assess-hints.js';
import { JamfError } from '../../../src/domain/jamf-error.js';
import { scopeEmptiedAt } from '../../../src/domain/scope.js';
import { acceptFalls } from '../../../src/application/inventory/fleet-fall.js';
import { resultOf } from '../../../src/application/inventory/sweeps/sweep-full.js';
import { sweep } from '../../../src/application/inventory/sweeps/sweep.js';
import { isOpenFall } from '../../../src/domain/health/fleet-fall.js';
import { isLow } from '../../../src/domain/health/coverage.js';
import { certificate, computer, DAY } from '../../unit/domain/support/fleet.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { type TestFleet, testFleet } from './support/fleet.js';

const MACS = 40;
const HOUR = 3_600_000;

let server: TestRedis;
let fleets: TestFleet[] = [];
let offset = 0;
beforeAll(async () => {
  server = await startTestRedis();
});
afterEach(async () => {
  await Promise.all(fleets.map((fleet) => fleet.close()));
  fleets = [];
  offset = 0;
});
afterAll(() => server.close());

const now = () => Date.now() + offset;

function macOf(id: number, changes: Parameters<typeof certificate>[0] = {}) {
  return computer({
    id: String(id),
    serialNumber: `SERIAL${id}`,
    reportedAt: now() - HOUR,
    lastContactAt: now() - HOUR,
    certificates: [certificate({ issuedAt: now() - 200 * DAY, expiresAt: now() + 100 * DAY, ...changes })],
  });
}

async function sweptFleet(changes?: (id: number) => Parameters<typeof certificate>[0]): Promise<TestFleet> {
  const fleet = testFleet(server.url, { now });
  fleets.push(fleet);
  await fleet.redis.flushall();
  for (let id = 1; id <= MACS; id += 1) fleet.jamf.fleet.set(String(id), macOf(id, changes?.(id)));
  await full(fleet);
  return fleet;
}

const full = async (fleet: TestFleet) => {
  await sweep(fleet.deps, { instance: 'prod', what: 'full' });
  await assessHints(fleet.deps, 'prod');
};
const count = (fleet: TestFleet) => fleet.deps.computers.count('prod');
const fallOf = (fleet: TestFleet) => fleet.deps.cursors.readFall('prod');

/** Leaves only the first Macs in Jamf Pro; returns how to restore the others. */
function keepOnly({ jamf }: TestFleet, kept: number): () => void {
  const all = new Map(jamf.fleet);
  for (const id of all.keys()) if (Number(id) > kept) jamf.fleet.delete(id);
  return () => all.forEach((one, id) => jamf.fleet.set(id, one));
}

describe('a sudden decrease of the fleet', () => {
  test.each([0, 10, 31])('to %i Macs retires none, and is resolved when they are back', async (kept) => {
    const fleet = await sweptFleet();
    const restore = keepOnly(fleet, kept);
    fleet.considered.length = 0;
    await full(fleet);
    offset += HOUR;
    await full(fleet);
    expect(await count(fleet)).toEqual({ known: MACS, retired: 0 });
    expect(fleet.considered.filter((one) => one.endsWith('retired'))).toEqual([]);
    expect(fleet.told('fleet.fell')).toEqual([{ instance: 'prod', known: MACS, missing: MACS - kept }]);
    restore();
    await full(fleet);
    expect(fleet.told('fleet.fall-ended')).toEqual([{ instance: 'prod', confirmed: false }]);
    expect(isOpenFall(await fallOf(fleet))).toBe(false);
  });

  test('within the limit retires the missing Macs', async () => {
    const fleet = await sweptFleet();
    keepOnly(fleet, 33);
    await full(fleet);
    expect(await count(fleet)).toEqual({ known: 33, retired: 7 });
    expect(await fallOf(fleet)).toBeNull();
  });

  const readByOne = async (fleet: TestFleet) => {
    for (let id = 1; id <= MACS; id += 1) {
      await fleet.deps.hints.add('prod', [String(id)], { reason: 'inventory', ripeAt: now() });
      await assessHints(fleet.deps, 'prod');
    }
  };

  test.each([0, 1, 31])('to %i Macs is detected when the first missing one is read', async (kept) => {
    const fleet = await sweptFleet();
    keepOnly(fleet, kept);
    await readByOne(fleet);
    expect(await count(fleet)).toEqual({ known: MACS, retired: 0 });
    expect(fleet.told('fleet.fell')).toEqual([{ instance: 'prod', known: MACS, missing: MACS - kept }]);
    expect(isOpenFall(await fallOf(fleet))).toBe(true);
  });

  test('is also detected while Jamf Pro deletes one Mac after another', async () => {
    const fleet = await sweptFleet();
    for (let id = 1; id <= MACS; id += 1) {
      fleet.jamf.fleet.delete(String(id));
      await fleet.deps.hints.add('prod', [String(id)], { reason: 'inventory', ripeAt: now() });
      await assessHints(fleet.deps, 'prod');
    }
    expect((await count(fleet)).retired).toBe(8);
    expect(await fallOf(fleet)).toMatchObject({ known: MACS, missing: 9, acceptedAt: null });
  });

  test('of a single Mac whose server is now empty retires nothing', async () => {
    const fleet = await sweptFleet();
    await fleet.redis.flushall();
    keepOnly(fleet, 1);
    await full(fleet);
    keepOnly(fleet, 0);
    await fleet.hint(['1']);
    await assessHints(fleet.deps, 'prod');
    expect(await count(fleet)).toEqual({ known: 1, retired: 0 });
  });

  test('is confirmed by a sweep after the waiting time, unless the fleet is empty', async () => {
    for (const [kept, known] of [
      [10, 10],
      [0, MACS],
    ] as const) {
      const fleet = await sweptFleet();
      keepOnly(fleet, kept);
      await full(fleet);
      offset += 71 * HOUR;
      await full(fleet);
      expect((await count(fleet)).known).toBe(MACS);
      offset += HOUR;
      await full(fleet);
      expect((await count(fleet)).known).toBe(known);
    }
  });

  test('is confirmed by an operator at once, and the next decrease is a new one', async () => {
    const fleet = await sweptFleet();
    keepOnly(fleet, 0);
    expect(await acceptFalls(fleet.deps, 'prod')).toBe(false);
    await full(fleet);
    expect(await acceptFalls(fleet.deps, 'prod')).toBe(true);
    await full(fleet);
    expect(await count(fleet)).toEqual({ known: 0, retired: MACS });
    await full(fleet);
    expect((await fallOf(fleet))?.overAt).not.toBeNull();
    for (let id = 1; id <= MACS; id += 1) fleet.jamf.fleet.set(String(id), macOf(id));
    await full(fleet);
    keepOnly(fleet, 20);
    await full(fleet);
    expect((await count(fleet)).known).toBe(MACS);
  });

  test('is checked every hour until it is resolved', async () => {
    const fleet = await sweptFleet();
    keepOnly(fleet, 0);
    await full(fleet);
    const requested = async () => {
      await sweep(fleet.deps, { instance: 'prod', what: 'open' });
      return (await fleet.queues.sweep.getJobs()).some(({ data }) => data.what === 'full');
    };
    expect(await requested()).toBe(false);
    offset += 4 * HOUR;
    expect(await requested()).toBe(true);
  });
});

describe('a scope without targets', () => {
  const empty = (fleet: TestFleet, id: string) => {
    const profile = fleet.jamf.profiles.get(id);
    if (!profile) throw new Error(`no profile ${id}`);
    const scope = { ...profile.scope, allComputers: false, groupIds: [] };
    fleet.jamf.profiles.set(id, { ...profile, scope });
    return () => fleet.jamf.profiles.set(id, profile);
  };
  const states = async (fleet: TestFleet) => {
    await fleet.deps.profiles.settleReading('prod', 0);
    await full(fleet);
    return fleet.deps.computers.countStates('prod', 'wifi');
  };
  const since = async (fleet: TestFleet) =>
    (await fleet.deps.profiles.get('prod', '11'))?.scopeEmptySince ?? null;

  test('leaves every Mac in scope until it is confirmed', async () => {
    const fleet = await sweptFleet();
    const restore = empty(fleet, '11');
    expect(await states(fleet)).toMatchObject({ healthy: MACS, 'out-of-scope': 0 });
    expect(await since(fleet)).not.toBeNull();
    restore();
    expect(await states(fleet)).toMatchObject({ healthy: MACS });
    expect(await since(fleet)).toBeNull();
    empty(fleet, '11');
    await states(fleet);
    expect(await acceptFalls(fleet.deps, 'prod')).toBe(true);
    expect(await states(fleet)).toMatchObject({ healthy: 0, 'out-of-scope': MACS });
    expect(await since(fleet)).toBeNull();
  });

  test('is confirmed by a later reading', async () => {
    const fleet = await sweptFleet();
    empty(fleet, '11');
    await states(fleet);
    offset += 72 * HOUR;
    expect(await states(fleet)).toMatchObject({ 'out-of-scope': MACS });
  });
});

describe('a target group without members', () => {
  const GROUP = '91';

  /** A fleet whose profile targets one group, of which every Mac is a member. */
  async function groupFleet() {
    const fleet = testFleet(server.url, { now });
    fleets.push(fleet);
    await fleet.redis.flushall();
    const blue = fleet.jamf.profiles.get('11');
    if (!blue) throw new Error('no profile 11');
    const scope = { ...blue.scope, allComputers: false, groupIds: [GROUP] };
    fleet.jamf.profiles.set('11', { ...blue, scope });
    setMembers(
      fleet,
      Array.from({ length: MACS }, (_, index) => index + 1),
    );
    await states(fleet);
    return fleet;
  }

  /** Every Mac reports again, and only these are members. */
  function setMembers(fleet: TestFleet, members: readonly number[]) {
    for (let id = 1; id <= MACS; id += 1) {
      const groupIds = members.includes(id) ? [GROUP] : [];
      // Every second Mac is overdue: its redistribution would be canceled.
      const expiresAt = now() + (id % 2 === 0 ? 10 : 100) * DAY;
      fleet.jamf.fleet.set(String(id), { ...macOf(id, { expiresAt }), groupIds });
    }
  }
  const states = async (fleet: TestFleet) => {
    await fleet.deps.profiles.settleReading('prod', 0);
    await full(fleet);
    const { healthy, overdue, 'out-of-scope': out } = await fleet.deps.computers.countStates('prod', 'wifi');
    return { inScope: healthy + overdue, out };
  };
  const since = async (fleet: TestFleet) => {
    const blue = await fleet.deps.profiles.get('prod', '11');
    return blue && scopeEmptiedAt(blue);
  };
  const all = Array.from({ length: MACS }, (_, index) => index + 1);

  test('leaves every Mac in scope, and is resolved when the members are back', async () => {
    const fleet = await groupFleet();
    setMembers(fleet, []);
    expect(await states(fleet)).toEqual({ inScope: MACS, out: 0 });
    expect(await states(fleet)).toEqual({ inScope: MACS, out: 0 });
    expect(await since(fleet)).not.toBeNull();
    expect(fleet.told('fleet.groups-emptied')).toEqual([
      { instance: 'prod', profile: 'wifi', groupIds: [GROUP] },
    ]);
    setMembers(fleet, all);
    expect(await states(fleet)).toEqual({ inScope: MACS, out: 0 });
    expect(await since(fleet)).toBeNull();
    setMembers(fleet, all.slice(1));
    expect(await states(fleet)).toEqual({ inScope: MACS - 1, out: 1 });
  });

  test('is detected when the first Mac is assessed by a hint', async () => {
    const fleet = await groupFleet();
    setMembers(fleet, []);
    await fleet.deps.hints.add('prod', ['2'], { reason: 'inventory', ripeAt: now() });
    await assessHints(fleet.deps, 'prod');
    expect(await since(fleet)).not.toBeNull();
    expect((await fleet.deps.computers.countStates('prod', 'wifi'))['out-of-scope']).toBe(0);
  });

  test('includes a group that cannot be read', async () => {
    const fleet = await groupFleet();
    setMembers(fleet, []);
    fleet.jamf.before = (call) => {
      if (call === `group ${GROUP}`)
        throw new JamfError({
          instance: 'prod',
          call: 'groups.read',
          status: 404,
          happened: 'failed',
          said: '',
          advice: '',
          retryable: false,
          inDoubt: false,
          retryAfterMs: null,
        });
    };
    expect(await states(fleet)).toEqual({ inScope: MACS, out: 0 });
  });

  test('is confirmed by an operator at once, or by a later reading', async () => {
    for (const confirm of [
      async (fleet: TestFleet) => expect(await acceptFalls(fleet.deps, 'prod')).toBe(true),
      () => (offset += 72 * HOUR),
    ]) {
      const fleet = await groupFleet();
      setMembers(fleet, []);
      await states(fleet);
      await confirm(fleet);
      expect(await states(fleet)).toEqual({ inScope: 0, out: MACS });
      expect(await since(fleet)).toBeNull();
      expect(await acceptFalls(fleet.deps, 'prod')).toBe(false);
      setMembers(fleet, all);
      expect(await states(fleet)).toEqual({ inScope: MACS, out: 0 });
      setMembers(fleet, []);
      expect(await states(fleet)).toEqual({ inScope: MACS, out: 0 });
    }
  });

  test('is not checked when only single Macs have left the group', async () => {
    const fleet = await groupFleet();
    setMembers(fleet, all.slice(0, 10));
    fleet.jamf.calls.length = 0;
    expect(await states(fleet)).toEqual({ inScope: 10, out: MACS - 10 });
    expect(fleet.jamf.calls).not.toContain(`group ${GROUP}`);
  });
});

describe('the coverage of known certificates', () => {
  const measured = async (fleet: TestFleet) =>
    resultOf(await fleet.deps.cursors.readFull('prod'))?.coverage['wifi'];

  test.each([
    ['a certificate without identity', { identity: false }, / \(no private key\)$/u],
    ['an unexpected subject', { subject: 'CN=device 17,O=Example' }, /^CN=device 17,O=Example$/u],
  ])('counts Macs with %s, and names an example', async (_, changes, subject) => {
    const fleet = await sweptFleet((id) => (id > 4 ? changes : {}));
    const coverage = await measured(fleet);
    expect(coverage).toEqual({
      computers: MACS,
      known: 4,
      subjects: [{ subject: expect.stringMatching(subject) as string, count: MACS - 4 }],
    });
    expect(isLow(coverage ?? { computers: 0, known: 0 }, 0.9)).toBe(true);
  });

  test('counts Macs whose only certificate is inactive as known, and counts them separately', async () => {
    const fleet = await sweptFleet((id) => (id > 4 ? { active: false } : {}));
    expect(await measured(fleet)).toEqual({ computers: MACS, known: MACS, inactive: MACS - 4, subjects: [] });
  });

  test('is complete when all certificates are known', async () => {
    expect(await measured(await sweptFleet())).toEqual({ computers: MACS, known: MACS, subjects: [] });
  });

  test('ignores Macs without the profile, and Macs that are away', async () => {
    const fleet = await sweptFleet();
    for (const [id, one] of fleet.jamf.fleet) {
      const away = now() - 20 * DAY;
      if (Number(id) <= 10) fleet.jamf.fleet.set(id, { ...one, certificates: [], profiles: [] });
      else if (Number(id) <= 20) fleet.jamf.fleet.set(id, { ...one, reportedAt: away, lastContactAt: away });
    }
    await fleet.redis.flushall();
    await full(fleet);
    expect(await measured(fleet)).toMatchObject({ computers: 20, known: 20 });
  });

  test('keeps the value of the last sweep while the next one runs', async () => {
    const fleet = await sweptFleet();
    fleet.stopping.abort();
    await sweep(fleet.deps, { instance: 'prod', what: 'full' });
    expect(await measured(fleet)).toMatchObject({ known: MACS });
  });

  test.each([
    [10, 9, false],
    [10, 8, false],
    [10, 7, true],
    [2, 1, false],
    [2, 0, true],
    [0, 0, false],
    [1_000, 899, true],
  ])('of %i Macs with %i known is low: %s', (computers, known, expected) => {
    expect(isLow({ computers, known }, 0.9)).toBe(expected);
  });
});
