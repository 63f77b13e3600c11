import { describe, expect, it } from 'vitest';
import { SEEDED } from '../../../simulator/world/seeded.js';
import type { ServerOptionsInput } from '../../../simulator/index.js';
import { failureOf, type SimulatedJamf, startSimulatedJamf } from './support.js';
import { OPEN } from '../../support/fence.js';

const GREEN = String(SEEDED.joinGreen);
const always: ServerOptionsInput = {
  fleet: { computers: 10, due: 4, unmanaged: 0, outOfScope: 0, officeHours: 0, laptops: 0, away: 0 },
  rhythm: { notNow: 0 },
};

/** A managed Mac in scope that does not have green yet. */
function blueMac({ simulator }: SimulatedJamf): { id: string; managementId: string } {
  const { world } = simulator;
  const members = world.groups.get(SEEDED.joinGreen)?.members;
  const mac = world.computers.all().find(({ id, managed }) => managed && !members?.has(id));
  if (!mac) throw new Error('every Mac is green');
  return { id: String(mac.id), managementId: mac.managementId };
}
const isMember = ({ simulator }: SimulatedJamf, id: string) =>
  simulator.world.groups.get(SEEDED.joinGreen)?.members.has(Number(id)) ?? false;
const puts = async ({ requests }: SimulatedJamf) =>
  (await requests()).filter(({ method }) => method === 'PUT');

describe('the members of a static group', () => {
  it('are added and removed individually, and a repeated change succeeds', async () => {
    const pretended = await startSimulatedJamf(always);
    const { jamf } = pretended;
    const { id } = blueMac(pretended);
    const others = (await jamf.readGroup(GREEN)).computerIds;
    await jamf.addToGroup(GREEN, [id], OPEN);
    await jamf.addToGroup(GREEN, [id], OPEN);
    expect(new Set((await jamf.readGroup(GREEN)).computerIds)).toEqual(new Set([...others, id]));
    await jamf.removeFromGroup(GREEN, [id], OPEN);
    await jamf.removeFromGroup(GREEN, [id], OPEN);
    expect(new Set((await jamf.readGroup(GREEN)).computerIds)).toEqual(new Set(others));
  });

  it('do not change for a deleted Mac, and change when it is excluded from the request', async () => {
    const pretended = await startSimulatedJamf(always);
    const { jamf } = pretended;
    const { id } = blueMac(pretended);
    const error = await failureOf(jamf.addToGroup(GREEN, [id, '9999'], OPEN));
    expect(error).toMatchObject({ status: 409, said: 'Unable to match computer', inDoubt: false });
    expect(isMember(pretended, id)).toBe(false);
    await jamf.addToGroup(GREEN, [id], OPEN);
    await jamf.removeFromGroup(GREEN, [id, '9999'], OPEN);
    expect(isMember(pretended, id)).toBe(false);
  });

  it.each([
    ['a hung connection', { kind: 'hang' }],
    ['500', { kind: 'status', status: 500 }],
    ['504', { kind: 'status', status: 504 }],
  ] as const)('are changed once when %s makes the result uncertain', async (_, fault) => {
    const pretended = await startSimulatedJamf(always, { timeout: 300 });
    const { jamf, faults } = pretended;
    const { id } = blueMac(pretended);
    await jamf.version();
    await faults({ http: [{ ...fault, when: 'after', methods: ['PUT'] }] });
    const error = await failureOf(jamf.addToGroup(GREEN, [id], OPEN));
    expect(error).toMatchObject({ inDoubt: true, retryable: true });
    expect(await puts(pretended)).toHaveLength(1);
    expect(isMember(pretended, id)).toBe(true);
  });

  it.each([
    ['half a body', { kind: 'half-body' }, true],
    ['a hung connection before it was done', { kind: 'hang', when: 'before' }, false],
    ['502 before it was done', { kind: 'status', status: 502, when: 'before' }, false],
    ['403', { kind: 'status', status: 403, when: 'before' }, false],
    ['409', { kind: 'status', status: 409, when: 'before' }, false],
  ] as const)('are changed once when the response is %s', async (_, fault, done) => {
    const pretended = await startSimulatedJamf(always, { timeout: 300 });
    const { jamf, faults } = pretended;
    const { id } = blueMac(pretended);
    await jamf.version();
    await faults({ http: [{ when: 'after', ...fault, methods: ['PUT'] }] });
    await failureOf(jamf.addToGroup(GREEN, [id], OPEN));
    expect(await puts(pretended)).toHaveLength(1);
    expect(isMember(pretended, id)).toBe(done);
    await faults({});
    expect((await jamf.readGroup(GREEN)).computerIds.includes(id)).toBe(done);
  });

  it.each([401, 429])('are changed again after %i, which changed nothing', async (status) => {
    const pretended = await startSimulatedJamf(always);
    const { jamf, faults } = pretended;
    const { id } = blueMac(pretended);
    await jamf.version();
    await faults({ http: [{ kind: 'status', status, methods: ['PUT'], count: 1, retryAfterSeconds: 0 }] });
    await jamf.addToGroup(GREEN, [id], OPEN);
    expect(isMember(pretended, id)).toBe(true);
    expect(await puts(pretended)).toHaveLength(2);
  });

  it('are read back from the node that was written to', async () => {
    const pretended = await startSimulatedJamf({ ...always, http: { nodes: 5, nodeLag: '60s' } });
    const { jamf, requests } = pretended;
    const { id } = blueMac(pretended);
    for (let round = 0; round < 10; round += 1) {
      const seen = await jamf.inSession(async (session) => {
        await session.addToGroup(GREEN, [id], OPEN);
        const added = (await session.readGroup(GREEN)).computerIds.includes(id);
        await session.removeFromGroup(GREEN, [id], OPEN);
        return [added, (await session.readGroup(GREEN)).computerIds.includes(id)];
      });
      expect(seen).toEqual([true, false]);
    }
    // Without a session, nearly every read would return old members.
    expect(new Set((await requests()).map(({ node }) => node)).size).toBe(1);
  });
});

describe('MDM commands', () => {
  it('appear when a Mac joins the group, and are acknowledged', async () => {
    const pretended = await startSimulatedJamf(always);
    const { jamf, simulator } = pretended;
    const { id, managementId } = blueMac(pretended);
    const sentAfter = simulator.world.clock.now();
    const query = {
      managementId,
      type: 'INSTALL_PROFILE',
      profileId: String(SEEDED.green),
      sentAfter,
    } as const;
    expect(await jamf.findCommands(query)).toEqual([]);
    await jamf.addToGroup(GREEN, [id], OPEN);
    expect(await jamf.findCommands(query)).toMatchObject([
      { state: 'PENDING', profileId: '13', completedAt: null },
    ]);
    expect(await jamf.blankPush([managementId, '00000000-0000-0000-0000-000000000bad'], OPEN)).toEqual([
      '00000000-0000-0000-0000-000000000bad',
    ]);
    await simulator.world.clock.advance(3_600_000);
    const [done] = await jamf.findCommands(query);
    expect(done).toMatchObject({ state: 'ACKNOWLEDGED', error: '' });
    expect(done?.completedAt).toBeGreaterThanOrEqual(sentAfter);
    expect(await jamf.findCommands({ ...query, sentAfter: sentAfter + 3_600_000 })).toEqual([]);
  });

  it('that fail have the error in the command and in the history of the Mac', async () => {
    const pretended = await startSimulatedJamf({ ...always, ca: { failing: 1 } });
    const { jamf, simulator } = pretended;
    const { id, managementId } = blueMac(pretended);
    const sentAfter = simulator.world.clock.now();
    expect(await jamf.readFailedCommands(id)).toEqual([]);
    await jamf.addToGroup(GREEN, [id], OPEN);
    await simulator.world.clock.advance(3_600_000);
    const [failed] = await jamf.findCommands({
      managementId,
      type: 'INSTALL_PROFILE',
      profileId: String(SEEDED.green),
      sentAfter,
    });
    expect(failed?.state).toBe('ERROR');
    expect(failed?.error).not.toBe('');
    const [history] = await jamf.readFailedCommands(id);
    expect(history?.name).toContain('Install Configuration Profile');
    expect(history?.error).not.toBe('');
    expect(history?.failedAt).toBeGreaterThanOrEqual(sentAfter);
  });
});
