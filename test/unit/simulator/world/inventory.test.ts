import { describe, expect, it } from 'vitest';
import {
  BLUE,
  computerOf,
  DAY,
  GREEN,
  HOUR,
  JOIN_GREEN,
  keychainSerials,
  knownSerials,
  LEAVE_BLUE,
  makeWorld,
  MINUTE,
} from './support.js';

/** Inventory is reported only when a test requests it. */
const silent = { checkIn: '300d', inventory: '300d', inventoryAfterInstall: { share: 0 } };

describe('the inventory', () => {
  it('shows the last report, whatever happened on the Mac since', async () => {
    const world = makeWorld({ rhythm: silent });
    const before = world.inventoryOf(1);
    const { reportedAt } = computerOf(world, 1);
    world.actions.rename(1, 'A new name');
    world.groups.changeMembers(JOIN_GREEN, { add: [1] });
    await world.clock.advance(DAY);
    expect(keychainSerials(world, 1, GREEN)).toHaveLength(1);
    expect(world.inventoryOf(1)).toEqual(before);
    expect(computerOf(world, 1)).toMatchObject({ reportedAt });
    expect(computerOf(world, 1).name).not.toBe('A new name');

    world.actions.reportInventory(1);
    expect(knownSerials(world, 1).sort()).toEqual(
      [...keychainSerials(world, 1, BLUE), ...keychainSerials(world, 1, GREEN)].sort(),
    );
    expect(world.inventoryOf(1)?.configurationProfiles.map(({ id }) => id)).toContain(GREEN);
    expect(computerOf(world, 1)).toMatchObject({ reportedAt: world.clock.now(), name: 'A new name' });
  });

  it('shows a removed certificate as inactive', async () => {
    const world = makeWorld({ rhythm: silent });
    const [old = ''] = keychainSerials(world, 1, BLUE);
    world.profiles.redeployAll(BLUE);
    await world.clock.advance(HOUR);
    world.actions.reportInventory(1);
    const status = (serial: string) =>
      world.inventoryOf(1)?.certificates.find(({ serialNumber }) => serialNumber === serial)?.lifecycleStatus;
    expect(status(old)).toBe('INACTIVE');
    expect(status(keychainSerials(world, 1, BLUE)[0] ?? '')).toBe('ACTIVE');
  });

  it('follows an installation soon for the configured share of the Macs', async () => {
    const rhythm = { ...silent, inventoryAfterInstall: { share: 1, within: '10m' } };
    const world = makeWorld({ rhythm });
    world.groups.changeMembers(JOIN_GREEN, { add: [1] });
    await world.clock.advance(11 * MINUTE);
    expect(knownSerials(world, 1)).toHaveLength(2);
    world.groups.changeMembers(LEAVE_BLUE, { add: [1] });
    await world.clock.advance(11 * MINUTE);
    expect(knownSerials(world, 1)).toEqual(keychainSerials(world, 1, GREEN));
  });

  it('is reported at the first check-in when the Mac was offline at the scheduled time', async () => {
    const rhythm = { ...silent, inventoryAfterInstall: { share: 1, within: '10m' } };
    const world = makeWorld({ rhythm });
    world.groups.changeMembers(JOIN_GREEN, { add: [1] });
    await world.clock.advance(30_000);
    world.actions.setOnline(1, false);
    await world.clock.advance(HOUR);
    expect(knownSerials(world, 1)).toHaveLength(1);
    world.actions.setOnline(1, true);
    world.actions.checkIn(1);
    expect(knownSerials(world, 1)).toHaveLength(2);
  });

  it('is refreshed by CERTIFICATE_LIST only when that is enabled', async () => {
    for (const certificateListRefreshes of [false, true]) {
      const world = makeWorld({ rhythm: silent, commands: { certificateListRefreshes } });
      world.groups.changeMembers(JOIN_GREEN, { add: [1] });
      await world.clock.advance(HOUR);
      world.commands.send(computerOf(world, 1).managementId, 'CERTIFICATE_LIST');
      await world.clock.advance(HOUR);
      expect(knownSerials(world, 1)).toHaveLength(certificateListRefreshes ? 2 : 1);
    }
  });
});

describe('junk certificates in inventory', () => {
  it('are the same each time, and never expire later than the real certificate where that matters', () => {
    const world = makeWorld({ fleet: { computers: 200, junk: 1, due: 20 } });
    const all = world.computers.all().map(({ id }) => world.inventoryOf(id)?.certificates ?? []);
    const flat = all.flat();
    expect(flat.some(({ commonName }) => commonName === '?Error_-26276?')).toBe(true);
    expect(
      flat.some(({ commonName, expirationDate }) => commonName === '' && expirationDate === undefined),
    ).toBe(true);
    expect(flat.some(({ issuedDate }) => issuedDate === '')).toBe(true);
    expect(flat.some(({ certificateStatus }) => certificateStatus === 'EXPIRED')).toBe(true);
    expect(flat.some(({ lifecycleStatus }) => lifecycleStatus === 'INACTIVE')).toBe(true);
    expect(world.inventoryOf(7)).toEqual(world.inventoryOf(7));
    const uuid = world.profiles.get(BLUE)?.uuid ?? '';
    for (const { id } of world.computers.all()) {
      const real = world.mac(id)?.keychain.find(({ profileId }) => profileId === BLUE);
      const counted = (world.inventoryOf(id)?.certificates ?? [])
        .filter((one) => one.identity && one.lifecycleStatus === 'ACTIVE' && one.subjectName.includes(uuid))
        .map((one) => Date.parse(one.expirationDate ?? ''));
      expect(Math.max(...counted)).toBe(real?.expiresAt);
    }
  });

  it('do not change when the real certificate is renewed, except for the MDM identity after a new enrollment', async () => {
    const world = makeWorld({ fleet: { computers: 40, junk: 1 } });
    const bySerial = () =>
      world.computers.all().map(({ id }) => {
        const { certificates = [] } = world.inventoryOf(id) ?? {};
        const ours = new Set(world.mac(id)?.keychain.map(({ serialNumber }) => serialNumber));
        return certificates.filter(
          ({ serialNumber }) => serialNumber.startsWith('1') && !ours.has(serialNumber),
        );
      });
    const before = bySerial();
    expect(before.flat().some(({ certificateStatus }) => certificateStatus === 'EXPIRED')).toBe(true);
    world.profiles.redeployAll(BLUE);
    await world.clock.advance(2 * DAY);
    expect(world.ca.issuedByComputer().size).toBe(40);
    const after = bySerial();
    for (const [place, junk] of before.entries()) expect(after[place]).toEqual(expect.arrayContaining(junk));

    const mdmIdentity = () =>
      world.inventoryOf(1)?.certificates.find(({ commonName }) => /^[0-9A-F]{8}-/.test(commonName));
    const old = mdmIdentity();
    world.actions.reEnrol(1);
    expect(mdmIdentity()?.serialNumber).not.toBe(old?.serialNumber);
  });

  it('do not hide both certificates and both profiles during an overlap, with the time of each installation', async () => {
    const world = makeWorld({ fleet: { computers: 10, junk: 1 }, rhythm: silent });
    world.groups.changeMembers(JOIN_GREEN, { add: [1] });
    await world.clock.advance(HOUR);
    world.actions.reportInventory(1);
    const own = [...keychainSerials(world, 1, BLUE), ...keychainSerials(world, 1, GREEN)];
    expect(knownSerials(world, 1)).toEqual(expect.arrayContaining(own));
    const [green] = world.commands.ofProfile(GREEN);
    const shown = world.inventoryOf(1)?.configurationProfiles ?? [];
    expect(shown.find(({ id }) => id === GREEN)?.lastInstalledAt).toBe(green?.completedAt);
    const blue = shown.find(({ id }) => id === BLUE);
    const [first] = world.mac(1)?.keychain.filter(({ profileId }) => profileId === BLUE) ?? [];
    expect(blue?.lastInstalledAt).toBe(first?.issuedAt);
    world.profiles.redeployAll(BLUE);
    await world.clock.advance(HOUR);
    expect(world.inventoryOf(1)?.configurationProfiles).toEqual(shown);
    world.actions.reportInventory(1);
    const again = world.inventoryOf(1)?.configurationProfiles.find(({ id }) => id === BLUE);
    expect(again?.lastInstalledAt).toBeGreaterThan(blue?.lastInstalledAt ?? Infinity);
  });
});
