import { describe, expect, it } from 'vitest';
import {
  BLUE,
  brief,
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
  recordEvents,
  WIFI,
} from './support.js';

type World = ReturnType<typeof makeWorld>;
const join = (world: World, id = 1) => world.groups.changeMembers(JOIN_GREEN, { add: [id] });
const leave = (world: World, id = 1) => world.groups.changeMembers(JOIN_GREEN, { remove: [id] });
const exclude = (world: World, id = 1) => world.groups.changeMembers(LEAVE_BLUE, { add: [id] });
const installed = (world: World, id = 1) =>
  world
    .mac(id)
    ?.profiles.map(({ profileId }) => profileId)
    .filter((one) => one === BLUE || one === GREEN)
    .sort();

describe('a Mac that leaves and enters a scope while commands are pending', () => {
  it('has one command of a profile, however often the scope changes, and one certificate', async () => {
    const world = makeWorld();
    world.actions.setOnline(1, false);
    for (let round = 0; round < 5; round += 1) {
      join(world);
      expect(brief(world.commands.all())).toEqual(['INSTALL_PROFILE 1 13']);
      leave(world);
      expect(world.commands.all()).toEqual([]);
    }
    join(world);
    world.actions.setOnline(1, true);
    await world.clock.advance(HOUR);
    expect(world.ca.issuedByComputer().get(1)).toBe(1);
    expect(installed(world)).toEqual([BLUE, GREEN]);
  });

  it('gets RemoveProfile after an InstallProfile that it has started', async () => {
    const world = makeWorld({ rhythm: { pushLatency: '1s', installTime: '10m' } });
    join(world);
    await world.clock.advance(30_000);
    leave(world);
    expect(brief(world.commands.all())).toEqual(['INSTALL_PROFILE 1 13', 'REMOVE_PROFILE 1 13']);
    await world.clock.advance(HOUR);
    expect(world.commands.all().map(({ state }) => state)).toEqual(['ACKNOWLEDGED', 'ACKNOWLEDGED']);
    expect(installed(world)).toEqual([BLUE]);
  });

  it('never gets a profile back that was answered with NotNow before its removal', async () => {
    const world = makeWorld({ rhythm: { notNow: 1, notNowRetry: '5m' } });
    join(world);
    await world.clock.advance(MINUTE);
    expect(world.commands.all()[0]?.state).toBe('NOT_NOW');
    leave(world);
    await world.clock.advance(DAY);
    expect(installed(world)).toEqual([BLUE]);
    expect(world.ca.log()).toEqual([]);
  });

  it('installs once, without a gap, when it returns before the RemoveProfile reached it', async () => {
    const world = makeWorld();
    world.actions.setOnline(1, false);
    exclude(world);
    world.groups.changeMembers(LEAVE_BLUE, { remove: [1] });
    expect(brief(world.commands.all())).toEqual(['INSTALL_PROFILE 1 12']);
    expect(keychainSerials(world, 1, BLUE)).toHaveLength(1);
    world.actions.setOnline(1, true);
    await world.clock.advance(HOUR);
    expect(world.ca.issuedByComputer().get(1)).toBe(1);
    expect(keychainSerials(world, 1, BLUE)).toEqual([world.ca.log()[0]?.serialNumber]);
  });

  it('gets one command when a change both adds it to the scope and redeploys', () => {
    const world = makeWorld();
    const { scope } = world.profiles.get(GREEN) ?? {};
    if (!scope) throw new Error('no green profile');
    world.profiles.update(GREEN, { scope: { ...scope, computers: [1] } });
    expect(world.profiles.redeployAll(GREEN)).toBe(1);
    expect(brief(world.commands.all())).toEqual(['INSTALL_PROFILE 1 13']);
  });
});

describe('both groups of the overlap', () => {
  it('changed at once install green, remove blue, and each removes only its own certificate', async () => {
    const world = makeWorld();
    join(world);
    exclude(world);
    await world.clock.advance(HOUR);
    expect(installed(world)).toEqual([GREEN]);
    const [green] = keychainSerials(world, 1, GREEN);
    expect(green).toBe(world.ca.log()[0]?.serialNumber);

    // Out of the scope of green while blue is excluded: the Mac has neither, and Jamf Pro reports it.
    leave(world);
    await world.clock.advance(DAY + HOUR);
    expect(installed(world)).toEqual([]);
    expect(knownSerials(world, 1)).toEqual([]);
    expect(keychainSerials(world, 1, WIFI)).toEqual([]);
    expect(world.mac(1)?.profiles.map(({ profileId }) => profileId)).toContain(WIFI);
    expect(world.ca.issuedByComputer().get(1)).toBe(1);

    world.groups.changeMembers(LEAVE_BLUE, { remove: [1] });
    await world.clock.advance(DAY + HOUR);
    expect(knownSerials(world, 1)).toEqual(keychainSerials(world, 1, BLUE));
    expect(world.ca.issuedByComputer().get(1)).toBe(2);
  });

  it('keep blue when green cannot be installed, and remove nothing that was never installed', async () => {
    const world = makeWorld();
    const [blue] = keychainSerials(world, 1, BLUE);
    world.ca.resetChallenge();
    join(world);
    await world.clock.advance(HOUR);
    expect(keychainSerials(world, 1, BLUE)).toEqual([blue]);
    leave(world);
    // The installation failed, so there is nothing to remove.
    expect(brief(world.commands.all())).toEqual(['INSTALL_PROFILE 1 13']);
  });
});

describe('two profiles with the same payload', () => {
  it('are separate: each has its identifier, its certificate and its removal', async () => {
    const world = makeWorld({ profiles: { subject: 'CN=$SERIALNUMBER' } });
    const { payloads, uuid } = world.profiles.get(BLUE) ?? {};
    const none = { computers: [], computerGroups: [], departments: [], buildings: [] };
    const scope = { ...none, computers: [1], allComputers: false, exclusions: none };
    const copy = world.profiles.create({
      name: 'A copy',
      scope,
      ...(payloads && uuid && { payloads, uuid }),
    });
    expect(copy.uuid).not.toBe(uuid);
    await world.clock.advance(HOUR);
    const [own] = keychainSerials(world, 1, BLUE);
    const [copied] = keychainSerials(world, 1, copy.id);
    expect(copied).not.toBe(own);
    world.profiles.delete(copy.id);
    await world.clock.advance(HOUR);
    expect(keychainSerials(world, 1, copy.id)).toEqual([]);
    expect(keychainSerials(world, 1, BLUE)).toEqual([own]);
    expect(world.profiles.create({ name: 'Another' }).id).toBeGreaterThan(copy.id);
  });
});

describe('an interruption of an installation', () => {
  const slow = { pushLatency: '1s', installTime: '10m', checkIn: '12h' };

  it('by a new enrollment drops it, and each profile is installed once', async () => {
    const world = makeWorld({ rhythm: slow });
    join(world);
    await world.clock.advance(30_000);
    world.actions.reEnrol(1);
    await world.clock.advance(DAY);
    const { managementId } = computerOf(world, 1);
    expect(brief(world.commands.ofManagementId(managementId)).sort()).toEqual(
      brief(world.commands.ofComputer(1)).sort(),
    );
    expect(world.commands.ofProfile(GREEN).filter(({ computerId }) => computerId === 1)).toHaveLength(1);
    expect(world.ca.issuedByComputer().get(1)).toBe(2);
    expect(installed(world)).toEqual([BLUE, GREEN]);
  });

  it('by the loss of management removes everything from the Mac and sends nothing more', async () => {
    const world = makeWorld({ rhythm: slow });
    join(world);
    await world.clock.advance(30_000);
    world.actions.setManaged(1, false);
    const { lastContactAt } = computerOf(world, 1);
    await world.clock.advance(HOUR);
    expect(world.mac(1)).toMatchObject({ keychain: [], profiles: [] });
    expect(world.ca.log()).toEqual([]);
    expect(computerOf(world, 1).lastContactAt).toBe(lastContactAt);
  });

  it('by the deletion of the Mac deletes its history, and does not affect others', async () => {
    const world = makeWorld({ rhythm: slow });
    join(world, 1);
    join(world, 2);
    await world.clock.advance(30_000);
    world.actions.deleteComputer(1);
    await world.clock.advance(HOUR);
    expect(world.commands.ofComputer(1)).toEqual([]);
    expect(brief(world.commands.all())).toEqual(['INSTALL_PROFILE 2 13']);
    expect([...world.ca.issuedByComputer()]).toEqual([[2, 1]]);
  });

  it('by a restart of Jamf Pro still completes it once, and reports it after the restart', async () => {
    const world = makeWorld({ rhythm: { ...slow, notNowRetry: '5m' } });
    join(world);
    await world.clock.advance(30_000);
    world.actions.restart(HOUR);
    expect(() => world.actions.checkIn(1)).toThrow('down');
    await world.clock.advance(HOUR - MINUTE);
    expect(world.commands.all()[0]?.state).toBe('PENDING');
    await world.clock.advance(10 * MINUTE);
    expect(world.commands.all()[0]?.state).toBe('ACKNOWLEDGED');
    expect(world.ca.issuedByComputer().get(1)).toBe(1);
  });

  it('by a clock jump of months completes everything in order and once', async () => {
    const world = makeWorld({ fleet: { computers: 2 }, rhythm: slow });
    join(world);
    await world.clock.advance(200 * DAY);
    const [command] = world.commands.all();
    expect(world.commands.all()).toHaveLength(1);
    expect((command?.completedAt ?? 0) - (command?.sentAt ?? 0)).toBeLessThan(HOUR);
    expect(world.ca.issuedByComputer()).toEqual(new Map([[1, 1]]));
    expect(knownSerials(world, 1)).toHaveLength(2);
  });
});

describe('Self Service', () => {
  it('installs a profile on no Mac automatically, until the profile is set to automatic installation', async () => {
    const world = makeWorld({ fleet: { computers: 3 } });
    const none = { computers: [], computerGroups: [], departments: [], buildings: [] };
    const profile = world.profiles.create({
      name: 'On offer',
      distributionMethod: 'Make Available in Self Service',
      scope: { ...none, allComputers: true, exclusions: none },
    });
    expect(world.profiles.redeployAll(profile.id)).toBe(0);
    expect(world.commands.all()).toEqual([]);
    world.profiles.update(profile.id, { distributionMethod: 'Install Automatically' });
    world.profiles.update(profile.id, { distributionMethod: 'Install Automatically' });
    expect(world.commands.ofProfile(profile.id)).toHaveLength(3);
    await world.clock.advance(HOUR);
    expect(world.mac(1)?.profiles.map(({ profileId }) => profileId)).toContain(profile.id);
  });
});

describe('the management of a Mac', () => {
  it('installs each profile once when it starts, including one of a smart group that the Mac joins by it', async () => {
    const world = makeWorld({ fleet: { computers: 3 } });
    const none = { computers: [], computerGroups: [], departments: [], buildings: [] };
    const toManaged = { ...none, computerGroups: [1], allComputers: false, exclusions: none };
    const profile = world.profiles.create({ name: 'For all managed', scope: toManaged });
    await world.clock.advance(HOUR);
    const events = recordEvents(world);
    world.actions.setManaged(1, false);
    world.actions.setManaged(1, true);
    const sent = brief(world.commands.ofManagementId(computerOf(world, 1).managementId));
    expect(sent).toContain(`INSTALL_PROFILE 1 ${profile.id}`);
    expect(new Set(sent).size).toBe(sent.length);
    expect(events.filter(({ name }) => name === 'PushSent')).toHaveLength(sent.length);
  });
});
