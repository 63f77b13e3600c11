import { describe, expect, it } from 'vitest';
import {
  BLUE,
  brief,
  computerOf,
  DAY,
  EXPIRING,
  HOUR,
  JOIN_GREEN,
  keychainSerials,
  knownSerials,
  makeWorld,
  MINUTE,
  OKTA_MACS,
  recordEvents,
  START,
} from './support.js';

const names = (events: { name: string }[]) => events.map(({ name }) => name);

describe('a new enrollment', () => {
  it('changes the management ID, drops the old queue, and installs all profiles again', async () => {
    const world = makeWorld();
    const before = { ...computerOf(world, 1) };
    const [old] = keychainSerials(world, 1, BLUE);
    world.actions.setOnline(1, false);
    world.groups.changeMembers(JOIN_GREEN, { add: [1] });
    world.actions.setOnline(1, true);
    const events = recordEvents(world);
    world.actions.reEnrol(1);
    const computer = computerOf(world, 1);
    expect(computer.managementId).not.toBe(before.managementId);
    expect(computer).toMatchObject({ enrolledAt: world.clock.now(), udid: before.udid, managed: true });
    expect(world.computers.byManagementId(before.managementId)).toBeUndefined();
    expect(world.computers.byManagementId(computer.managementId)).toBe(computer);
    expect(names(events)).not.toContain('ComputerAdded');
    expect(events).toContainEqual(expect.objectContaining({ trigger: 'enrollment complete' }));
    expect(world.commands.ofManagementId(before.managementId)).toEqual([]);
    await world.clock.advance(HOUR);
    expect(brief(world.commands.ofManagementId(computer.managementId))).toEqual(
      expect.arrayContaining(['INSTALL_PROFILE 1 12', 'INSTALL_PROFILE 1 13', 'INSTALL_PROFILE 1 14']),
    );
    expect(keychainSerials(world, 1, BLUE)).not.toEqual([old]);
  });

  it('of a Mac that is not managed installs nothing', async () => {
    const world = makeWorld();
    world.actions.setManaged(1, false);
    world.profiles.redeployAll(BLUE);
    await world.clock.advance(DAY);
    expect(world.mac(1)).toMatchObject({ keychain: [], profiles: [] });
    expect(world.commands.ofComputer(1)).toEqual([]);
    world.actions.setManaged(1, true);
    await world.clock.advance(HOUR);
    expect(keychainSerials(world, 1, BLUE)).toHaveLength(1);
  });
});

describe('adding and deleting a computer', () => {
  it('enrolls a new Mac, which gets the profiles in its scope', async () => {
    const world = makeWorld();
    const events = recordEvents(world);
    const computer = world.actions.addComputer();
    expect(computer.id).toBe(11);
    expect(names(events).slice(0, 2)).toEqual(['ComputerAdded', 'ComputerPushCapabilityChanged']);
    expect(world.groups.get(OKTA_MACS)?.members.has(11)).toBe(true);
    await world.clock.advance(DAY + HOUR);
    expect(knownSerials(world, 11)).toHaveLength(1);
    expect(world.ca.issuedByComputer()).toEqual(new Map([[11, 1]]));
  });

  it('removes all data of a deleted Mac', async () => {
    const world = makeWorld();
    world.groups.changeMembers(JOIN_GREEN, { add: [1, 2] });
    world.actions.deleteComputer(1);
    const events = recordEvents(world);
    await world.clock.advance(DAY);
    expect(world.computers.get(1)).toBeUndefined();
    expect(world.inventoryOf(1)).toBeUndefined();
    expect([...(world.groups.get(JOIN_GREEN)?.members ?? [])]).toEqual([2]);
    expect(events.filter((event) => 'computerId' in event && event.computerId === 1)).toEqual([]);
    expect([...world.ca.issuedByComputer().keys()]).toEqual([2]);
    expect(() => world.actions.checkIn(1)).toThrow('no computer 1');
    expect(world.actions.addComputer().id).toBe(11);
  });
});

describe('other actions', () => {
  it('change an expiry date in the keychain and in the data of Jamf Pro', () => {
    const world = makeWorld();
    const events = recordEvents(world);
    const own = () => world.mac(1)?.keychain.find(({ profileId }) => profileId === BLUE)?.expiresAt ?? 0;
    const before = own();
    world.actions.shiftExpiry(1, START + 5 * DAY - before);
    expect(own()).toBe(START + 5 * DAY);
    const shown = world
      .inventoryOf(1)
      ?.certificates.map(({ expirationDate }) => Date.parse(expirationDate ?? ''));
    expect(shown).toContain(START + 5 * DAY);
    expect([...(world.groups.get(EXPIRING)?.members ?? [])]).toEqual([1]);
    expect(names(events)).toEqual(['SmartGroupComputerMembershipChange']);
  });

  it('refuse an action that an offline Mac cannot do', () => {
    const world = makeWorld();
    world.actions.setOnline(1, false);
    expect(() => world.actions.checkIn(1)).toThrow('offline');
    expect(() => world.actions.reportInventory(1)).toThrow('offline');
  });

  it('restart Jamf Pro, which sends and accepts nothing while it is down', async () => {
    const world = makeWorld();
    const events = recordEvents(world);
    world.groups.changeMembers(JOIN_GREEN, { add: [1] });
    world.actions.restart(HOUR);
    expect(world.down).toBe(true);
    await world.clock.advance(HOUR - MINUTE);
    expect(names(events)).toEqual(['PushSent', 'JSSShutdown']);
    await world.clock.advance(HOUR);
    expect(world.down).toBe(false);
    expect(names(events)).toContain('JSSStartup');
    expect(world.commands.all()[0]?.state).toBe('ACKNOWLEDGED');
  });
});

describe('a fleet of 10,000 Macs', () => {
  it('needs a few scheduled events per Mac, and runs for an hour', async () => {
    const fleet = {
      computers: 10_000,
      due: 100,
      laptops: 0.3,
      officeHours: 0.3,
      away: 0.05,
      unmanaged: 0.02,
    };
    const world = makeWorld({ fleet });
    expect(world.computers.size).toBe(10_000);
    expect(world.clock.scheduled).toBeLessThan(20_000);
    expect(new Set(world.computers.all().map(({ serialNumber }) => serialNumber)).size).toBe(10_000);
    const events = recordEvents(world);
    await world.clock.advance(HOUR);
    const checkIns = events.filter(({ name }) => name === 'ComputerCheckIn').length;
    const online = world.computers.all().filter(({ id }) => world.mac(id)?.online).length;
    expect(checkIns / online).toBeGreaterThan(3.5);
    expect(checkIns / online).toBeLessThan(4.5);
    expect(world.clock.happened).toBeLessThan(2 * checkIns);
  });
});
