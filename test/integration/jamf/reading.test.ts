import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { SEEDED } from '../../../simulator/world/seeded.js';
import type { Computer } from '../../../src/domain/computer.js';
import { inProfileScope } from '../../../src/domain/scope.js';
import type { JamfClient } from '../../../src/jamf/client.js';
import { Secret } from '../../../src/config/values/secret.js';
import { failureOf, startSimulatedJamf } from './support.js';

async function wholeFleet(jamf: JamfClient): Promise<Computer[]> {
  const found: Computer[] = [];
  for (let page = 0; ; page += 1) {
    const { total, computers } = await jamf.listComputers({}, page);
    found.push(...computers);
    if (computers.length === 0 || found.length >= total) return found;
  }
}

const fleet = { computers: 60, oddNames: 0.4, junk: 0.6, expired: 3 };

describe.each(['11.30.1', '11.29.0'])('the simulated Jamf Pro %s', (version) => {
  it('returns its whole fleet page by page, with unusual names and invalid certificates', async () => {
    const { jamf, simulator } = await startSimulatedJamf({ fleet, http: { version: `${version}-t1` } });
    const { world } = simulator;
    expect(await jamf.version()).toBe(`${version}-t1`);
    const computers = await wholeFleet(jamf);
    expect(computers.map(({ id }) => Number(id))).toEqual(world.computers.all().map(({ id }) => id));
    for (const computer of computers) {
      const real = world.computers.get(Number(computer.id));
      const inventory = world.inventoryOf(Number(computer.id));
      expect(computer).toMatchObject({
        name: real?.name,
        serialNumber: real?.serialNumber,
        managementId: real?.managementId,
        managed: real?.managed,
        username: real?.owner.username,
        email: real?.owner.email,
      });
      expect(computer.reportedAt).toBe(real?.reportedAt);
      expect(Math.abs((computer.lastContactAt ?? 0) - (real?.lastContactAt ?? 0))).toBeLessThanOrEqual(1_000);
      const expiries = (inventory?.certificates ?? []).map(({ expirationDate }) =>
        expirationDate === undefined || expirationDate === '' ? null : Date.parse(expirationDate),
      );
      expect([...new Set(computer.certificates.map(({ expiresAt }) => expiresAt))]).toEqual([
        ...new Set(expiries),
      ]);
      expect(computer.profiles).toHaveLength(inventory?.configurationProfiles.length ?? 0);
      const groupIds = world.groups.ofComputer(Number(computer.id)).map(({ id }) => String(id));
      expect([...computer.groupIds].sort()).toEqual(groupIds.sort());
    }
  });
});

it('every Mac is found by its serial number, its user and its name, in any spelling', async () => {
  const { jamf, simulator } = await startSimulatedJamf({ fleet });
  const all = simulator.world.computers.all();
  const ids = async (filter: Parameters<JamfClient['listComputers']>[0]) =>
    (await jamf.listComputers(filter, 0)).computers.map((computer) => computer.id);
  for (const { id, serialNumber, name } of all) {
    expect(await ids({ serialNumber })).toEqual([String(id)]);
    expect(await ids({ name })).toContain(String(id));
  }
  const owned = all.filter(({ owner }) => owner.username !== '');
  expect(owned.length).toBeGreaterThan(10);
  for (const { id, owner } of owned) expect(await ids({ username: owner.username })).toContain(String(id));
});

it('exactly the Macs that reported after a time are found', async () => {
  const { jamf, simulator } = await startSimulatedJamf({ fleet });
  const { world } = simulator;
  const reports = world.computers.all().map(({ reportedAt }) => reportedAt);
  const reportedAfter = [...reports].sort((one, other) => one - other)[40] ?? 0;
  const { total } = await jamf.listComputers({ reportedAfter }, 0);
  expect(total).toBe(reports.filter((reportedAt) => reportedAt > reportedAfter).length);
});

it('several Macs are read by ID in one call, without deleted ones', async () => {
  const { jamf, simulator, requests } = await startSimulatedJamf({ fleet });
  const ids = simulator.world.computers
    .all()
    .slice(0, 20)
    .map(({ id }) => String(id));
  const [gone = '', ...rest] = ids;
  simulator.world.actions.deleteComputer(Number(gone));
  expect((await jamf.readComputers(ids)).map(({ id }) => id)).toEqual(rest);
  expect((await requests()).filter(({ path }) => path.endsWith('/computers-inventory'))).toHaveLength(1);
});

it('the watched profiles are read with the Macs in scope, and without the challenge', async () => {
  const { jamf, simulator } = await startSimulatedJamf({ fleet });
  const { world } = simulator;
  const computers = await wholeFleet(jamf);
  for (const id of [SEEDED.blue, SEEDED.green, SEEDED.wifi, SEEDED.user]) {
    const profile = await jamf.readProfile(String(id));
    const real = world.profiles.get(id);
    expect(profile).toMatchObject({
      id: String(id),
      name: real?.name,
      identifier: real?.uuid,
      level: real?.level,
    });
    const inScope = computers
      .filter((computer) => inProfileScope(profile.scope, computer))
      .map(({ id: one }) => Number(one));
    expect(inScope.sort((one, other) => one - other)).toEqual(
      [...world.profiles.scopeOf(id)].sort((one, other) => one - other),
    );
    expect(inspect(profile, { depth: 10 })).not.toContain(world.ca.challenge);
  }
});

it('a group is read with its members', async () => {
  const { jamf, simulator } = await startSimulatedJamf({ fleet });
  const group = await jamf.readGroup(String(SEEDED.allManaged));
  const real = simulator.world.groups.get(SEEDED.allManaged);
  expect(group).toMatchObject({ name: real?.name, smart: true });
  expect(new Set(group.computerIds.map(Number))).toEqual(real?.members);
  expect((await failureOf(jamf.readGroup('999'))).status).toBe(404);
});

it('sign-in with a user account works', async () => {
  const auth = { username: 'admin', password: new Secret('admin-password') };
  const { jamf, requests } = await startSimulatedJamf({ fleet: { computers: 5, due: 1 } }, { auth });
  await jamf.listComputers({}, 0);
  await jamf.readGroup(String(SEEDED.joinGreen));
  expect((await requests()).filter(({ path }) => path === '/api/v1/auth/token')).toHaveLength(1);
});

it('the missing privilege is named', async () => {
  const clients = [{ id: 'recert', secret: 'recert-secret', privileges: ['Read Computers'] }];
  const { jamf } = await startSimulatedJamf({ fleet: { computers: 5, due: 1 }, http: { clients } });
  await jamf.listComputers({}, 0);
  const error = await failureOf(jamf.readProfile(String(SEEDED.blue)));
  expect(error).toMatchObject({ status: 403, retryable: false });
  expect(error.advice).toContain('"Read macOS Configuration Profiles"');
  expect(error.said).toContain('Read macOS Configuration Profiles');
});
