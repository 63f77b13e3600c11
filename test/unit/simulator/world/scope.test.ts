import { describe, expect, it } from 'vitest';
import { WorldError } from '../../../../simulator/world/world.js';
import {
  BLUE,
  brief,
  computerOf,
  DAY,
  GREEN,
  HOUR,
  JOIN_GREEN,
  keychainSerials,
  LEAVE_BLUE,
  makeWorld,
  OKTA_MACS,
  recordEvents,
  WIFI,
} from './support.js';

const refusal = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return error instanceof WorldError ? error.code : error;
  }
  return 'done';
};

describe('a group membership', () => {
  it('causes exactly one command when a Mac joins, and none when it joins again', () => {
    const world = makeWorld();
    world.groups.changeMembers(JOIN_GREEN, { add: [3] });
    expect(brief(world.commands.all())).toEqual(['INSTALL_PROFILE 3 13']);
    expect(world.commands.all()[0]).toMatchObject({ state: 'PENDING', profileId: GREEN, completedAt: null });
    world.groups.changeMembers(JOIN_GREEN, { add: [3] });
    expect(world.commands.all()).toHaveLength(1);
  });

  it('is changed completely or not at all', () => {
    const world = makeWorld({ fleet: { computers: 20, unmanaged: 0.05 } });
    const idsOf = (managed: boolean) =>
      world.computers
        .all()
        .filter((one) => one.managed === managed)
        .map(({ id }) => id);
    const [one = 0, other = 0] = idsOf(true);
    const [unmanaged = 0] = idsOf(false);
    const change = (add: number[], remove: number[] = []) =>
      refusal(() => world.groups.changeMembers(JOIN_GREEN, { add, remove }));
    expect(change([one, 999])).toBe('unknown-computer');
    expect(change([one, unmanaged])).toBe('unmanaged');
    expect(change([one], [other])).toBe('not-a-member');
    expect(refusal(() => world.groups.changeMembers(OKTA_MACS, { add: [one] }))).toBe('smart-group');
    expect(refusal(() => world.groups.changeMembers(77, { add: [one] }))).toBe('not-found');
    expect(world.groups.get(JOIN_GREEN)?.members.size).toBe(0);
    expect(world.commands.all()).toEqual([]);
  });

  it('of a smart group follows the computer record, sends a webhook, and changes the scope', () => {
    const world = makeWorld();
    const events = recordEvents(world);
    world.actions.assign(5, { department: 'Lab & Kiosk' });
    expect(brief(world.commands.ofProfile(BLUE))).toEqual(['REMOVE_PROFILE 5 12']);
    const change = events.find(({ name }) => name === 'SmartGroupComputerMembershipChange');
    expect(change).toMatchObject({ groupId: OKTA_MACS, added: [], removed: [5] });
  });

  it('of a new smart group is computed from its criteria', () => {
    const world = makeWorld();
    const { serialNumber } = computerOf(world, 6);
    const criterion = { name: 'Serial Number', priority: 0, andOr: 'and' as const, searchType: 'is' };
    const group = world.groups.createSmart({
      name: 'one',
      criteria: [{ ...criterion, value: serialNumber }],
    });
    expect([...group.members]).toEqual([6]);
    expect(refusal(() => world.groups.createStatic({ name: 'one' }))).toBe('duplicate-name');
  });
});

describe('an overlap', () => {
  it('moves a Mac from blue to green and back, with one new certificate each time', async () => {
    const world = makeWorld();
    const first = keychainSerials(world, 3, BLUE);
    world.groups.changeMembers(JOIN_GREEN, { add: [3] });
    await world.clock.advance(HOUR);
    expect(keychainSerials(world, 3, BLUE)).toEqual(first);
    const green = keychainSerials(world, 3, GREEN);
    expect(green).toHaveLength(1);

    world.groups.changeMembers(LEAVE_BLUE, { add: [3] });
    await world.clock.advance(HOUR);
    expect(keychainSerials(world, 3, BLUE)).toEqual([]);
    expect(keychainSerials(world, 3, GREEN)).toEqual(green);
    expect(world.ca.issuedByComputer().get(3)).toBe(1);

    world.groups.changeMembers(LEAVE_BLUE, { remove: [3] });
    await world.clock.advance(HOUR);
    expect(keychainSerials(world, 3, BLUE)).toHaveLength(1);
    expect(keychainSerials(world, 3, BLUE)).not.toEqual(first);
    world.groups.changeMembers(JOIN_GREEN, { remove: [3] });
    await world.clock.advance(HOUR);
    expect(world.ca.issuedByComputer()).toEqual(new Map([[3, 2]]));
    expect(brief(world.commands.all())).toEqual([
      'INSTALL_PROFILE 3 13',
      'REMOVE_PROFILE 3 12',
      'INSTALL_PROFILE 3 12',
      'REMOVE_PROFILE 3 13',
    ]);
  });
});

describe('a scope', () => {
  const everybody = { computers: [], computerGroups: [], departments: [], buildings: [] };

  it('sends commands to exactly the Macs whose state it changes', () => {
    const world = makeWorld({ fleet: { computers: 20, unmanaged: 0.1 } });
    const engineering = world.departments.find(({ name }) => name === 'Engineering');
    const engineers = world.computers.all().filter(({ owner }) => owner.department === 'Engineering');
    expect(engineers.length).toBeGreaterThan(0);
    world.profiles.update(WIFI, {
      scope: {
        ...everybody,
        allComputers: true,
        exclusions: { ...everybody, departments: [engineering?.id ?? 0] },
      },
    });
    const managed = engineers.filter((one) => one.managed).map(({ id }) => `REMOVE_PROFILE ${id} ${WIFI}`);
    expect(brief(world.commands.all())).toEqual(managed);
    world.profiles.update(WIFI, { name: 'New name, same scope' });
    expect(world.commands.all()).toHaveLength(managed.length);
  });

  it('ends when its profile is deleted', async () => {
    const world = makeWorld({ fleet: { computers: 4 } });
    world.profiles.delete(WIFI);
    expect(world.commands.all()).toHaveLength(4);
    await world.clock.advance(HOUR);
    expect(world.mac(1)?.profiles.map(({ profileId }) => profileId)).not.toContain(WIFI);
  });

  it('includes a new profile', async () => {
    const world = makeWorld();
    const scope = { ...everybody, allComputers: false, computers: [2], exclusions: everybody };
    const profile = world.profiles.create({ name: 'another', scope });
    await world.clock.advance(HOUR);
    expect(world.mac(2)?.profiles.map(({ profileId }) => profileId)).toContain(profile.id);
    expect(world.commands.ofProfile(profile.id)).toHaveLength(1);
  });
});

describe('redeployAll', () => {
  it('sends InstallProfile to the whole managed scope once, and each Mac gets a new certificate', async () => {
    const world = makeWorld({ fleet: { computers: 20, unmanaged: 0.1, outOfScope: 0.1 } });
    expect(world.profiles.scopeOf(BLUE).size).toBe(18);
    expect(world.profiles.redeployAll(BLUE)).toBe(16);
    expect(world.commands.all()).toHaveLength(16);
    await world.clock.advance(DAY);
    expect([...world.ca.issuedByComputer().values()]).toEqual(Array(16).fill(1));
    expect(world.commands.ofProfile(BLUE)).toHaveLength(16);
  });

  it('is what the setting of Jamf Pro does for one Mac, once, when it is enabled', async () => {
    const world = makeWorld({ fleet: { due: 4 }, profiles: { redistributeDays: 30 } });
    await world.clock.advance(3 * DAY);
    const due = world.computers
      .all()
      .filter(({ id }) => world.mac(id)?.due)
      .map(({ id }) => id);
    expect([...world.ca.issuedByComputer().keys()].sort((a, b) => a - b)).toEqual(due);
    expect([...world.ca.issuedByComputer().values()]).toEqual([1, 1, 1, 1]);
  });
});
