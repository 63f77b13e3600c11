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
  LEAVE_BLUE,
  makeWorld,
  MINUTE,
  recordEvents,
} from './support.js';

const states = (world: ReturnType<typeof makeWorld>) => world.commands.all().map(({ state }) => state);

describe('a push', () => {
  it('reaches a Mac only while it is online', async () => {
    const world = makeWorld();
    world.actions.setOnline(2, false);
    world.groups.changeMembers(JOIN_GREEN, { add: [1, 2] });
    await world.clock.advance(12 * HOUR);
    expect(states(world)).toEqual(['ACKNOWLEDGED', 'PENDING']);
    expect([...world.ca.issuedByComputer().keys()]).toEqual([1]);
    world.actions.setOnline(2, true);
    await world.clock.advance(MINUTE);
    expect(states(world)).toEqual(['ACKNOWLEDGED', 'ACKNOWLEDGED']);
    expect(world.commands.all()[1]?.completedAt).toBeGreaterThan(world.clock.now() - MINUTE);
  });

  it('has a latency, and a command that was interrupted by going offline is completed on return', async () => {
    const world = makeWorld({ rhythm: { pushLatency: '10s', installTime: '1m' } });
    world.groups.changeMembers(JOIN_GREEN, { add: [1] });
    await world.clock.advance(500);
    expect(computerOf(world, 1).lastContactAt).toBeLessThan(world.clock.now() - 500);
    await world.clock.advance(10_000);
    world.actions.setOnline(1, false);
    await world.clock.advance(HOUR);
    expect(states(world)).toEqual(['PENDING']);
    world.actions.setOnline(1, true);
    await world.clock.advance(2 * MINUTE);
    expect(states(world)).toEqual(['ACKNOWLEDGED']);
    expect(world.ca.issuedByComputer().get(1)).toBe(1);
  });

  it('that is lost leaves the command pending until a blank push', async () => {
    const world = makeWorld();
    world.faults.push.lose = 1;
    world.groups.changeMembers(JOIN_GREEN, { add: [1] });
    await world.clock.advance(6 * HOUR);
    expect(states(world)).toEqual(['PENDING']);
    world.faults.push.lose = 0;
    const events = recordEvents(world);
    const { managementId } = computerOf(world, 1);
    expect(world.commands.blankPush([managementId, 'nobody'])).toEqual(['nobody']);
    expect(events).toMatchObject([{ name: 'PushSent', computerId: 1, managementId, type: 'BLANK_PUSH' }]);
    await world.clock.advance(MINUTE);
    expect(states(world)).toEqual(['ACKNOWLEDGED']);
  });

  it('may first be answered with NotNow', async () => {
    const world = makeWorld({ rhythm: { notNow: 1, notNowRetry: '5m' } });
    world.groups.changeMembers(JOIN_GREEN, { add: [1] });
    await world.clock.advance(MINUTE);
    expect(states(world)).toEqual(['NOT_NOW']);
    expect(world.commands.history(1).pending).toHaveLength(1);
    await world.clock.advance(6 * MINUTE);
    expect(states(world)).toEqual(['ACKNOWLEDGED']);
  });
});

describe('installing a SCEP profile', () => {
  it('always issues a new certificate and replaces the one of the same profile', async () => {
    const world = makeWorld();
    const serials = new Set(keychainSerials(world, 1, BLUE));
    for (let round = 1; round <= 3; round += 1) {
      world.profiles.redeployAll(BLUE);
      await world.clock.advance(HOUR);
      const now = keychainSerials(world, 1, BLUE);
      expect(now).toHaveLength(1);
      expect(serials).not.toContain(now[0]);
      serials.add(now[0] ?? '');
      expect(world.ca.issuedByComputer().get(1)).toBe(round);
    }
  });

  it('keeps the old certificate when it fails, and shows the error in the command and the history', async () => {
    const world = makeWorld();
    const before = world.mac(1)?.keychain.map(({ serialNumber }) => serialNumber);
    world.ca.resetChallenge();
    world.profiles.redeployAll(BLUE);
    await world.clock.advance(HOUR);
    const { failed, pending, completed } = world.commands.history(1);
    expect([failed.length, pending.length, completed.length]).toEqual([1, 0, 0]);
    expect(failed[0]?.error?.errorLocalizedDescription).toContain('challenge password is not valid');
    expect(world.mac(1)?.keychain.map(({ serialNumber }) => serialNumber)).toEqual(before);
    await world.clock.advance(48 * HOUR);
    expect(world.commands.ofComputer(1)).toHaveLength(1);
  });
});

describe('a flush of commands', () => {
  it('removes only the requested commands of that computer', async () => {
    const world = makeWorld();
    world.ca.resetChallenge();
    world.profiles.redeployAll(BLUE);
    await world.clock.advance(HOUR);
    world.actions.setOnline(1, false);
    world.groups.changeMembers(JOIN_GREEN, { add: [1] });
    expect(world.commands.flush(1, { failed: true })).toBe(1);
    expect(brief(world.commands.ofComputer(1))).toEqual(['INSTALL_PROFILE 1 13']);
    expect(world.commands.flush(1, { pending: true })).toBe(1);
    expect(world.commands.ofComputer(1)).toEqual([]);
    expect(world.commands.ofComputer(2)).toHaveLength(1);
  });

  it('of a failed installation makes Jamf Pro send it again at the next contact', async () => {
    const world = makeWorld({ rhythm: { checkIn: '12h' } });
    world.ca.resetChallenge();
    world.profiles.redeployAll(BLUE);
    await world.clock.advance(MINUTE);
    world.profiles.setChallenge(BLUE, world.ca.challenge);
    world.commands.flush(1, { failed: true });
    world.commands.blankPush([computerOf(world, 1).managementId]);
    await world.clock.advance(MINUTE);
    expect(world.commands.ofComputer(1).map(({ state }) => state)).toEqual(['ACKNOWLEDGED']);
    expect([...world.ca.issuedByComputer()]).toEqual([[1, 1]]);
  });

  it('stops an installation that the Mac has not started', async () => {
    const world = makeWorld({ rhythm: { pushLatency: '10m', checkIn: '12h' } });
    world.groups.changeMembers(JOIN_GREEN, { add: [1] });
    await world.clock.advance(30_000);
    world.commands.flush(1, { pending: true });
    world.groups.changeMembers(JOIN_GREEN, { remove: [1] });
    await world.clock.advance(DAY);
    expect(world.ca.log()).toEqual([]);
    expect(world.commands.all()).toEqual([]);
  });

  it('cannot stop an installation that the Mac has started: Jamf Pro sends another, and the CA issues two certificates', async () => {
    const world = makeWorld({ rhythm: { pushLatency: '1s', installTime: '10m', checkIn: '12h' } });
    world.groups.changeMembers(JOIN_GREEN, { add: [1] });
    await world.clock.advance(30_000);
    expect(world.commands.flush(1, { pending: true })).toBe(1);
    await world.clock.advance(HOUR);
    expect(world.ca.issuedByComputer().get(1)).toBe(2);
    expect(states(world)).toEqual(['ACKNOWLEDGED']);
    expect(keychainSerials(world, 1, GREEN)).toEqual([world.ca.log()[1]?.serialNumber]);
  });

  it('of an old failure sends nothing to a Mac that has installed the profile since', async () => {
    const world = makeWorld();
    const secret = world.ca.resetChallenge();
    world.profiles.redeployAll(BLUE);
    await world.clock.advance(HOUR);
    world.profiles.setChallenge(BLUE, secret);
    world.profiles.redeployAll(BLUE);
    await world.clock.advance(HOUR);
    expect(world.commands.flush(1, { failed: true })).toBe(1);
    await world.clock.advance(DAY);
    expect(world.ca.issuedByComputer().get(1)).toBe(1);
  });

  it('of a removal makes Jamf Pro send it again while the Mac is out of scope', async () => {
    const world = makeWorld({ rhythm: { checkIn: '12h' } });
    world.actions.setOnline(1, false);
    world.groups.changeMembers(LEAVE_BLUE, { add: [1] });
    world.commands.flush(1, { pending: true });
    world.actions.setOnline(1, true);
    await world.clock.advance(DAY);
    expect(brief(world.commands.all())).toEqual(['REMOVE_PROFILE 1 12']);
    expect(keychainSerials(world, 1, BLUE)).toEqual([]);
  });
});

describe('a command sent by the API', () => {
  it('is queued and acknowledged, and requires a managed Mac', async () => {
    const world = makeWorld({ fleet: { computers: 20, unmanaged: 0.05 } });
    const { managementId } = computerOf(world, world.computers.all().findIndex(({ managed }) => managed) + 1);
    const command = world.commands.send(managementId, 'CERTIFICATE_LIST');
    expect(world.commands.get(command.uuid)).toMatchObject({ state: 'PENDING', profileId: null });
    await world.clock.advance(MINUTE);
    expect(command.state).toBe('ACKNOWLEDGED');
    const other = world.computers.all().find(({ managed }) => !managed);
    expect(() => world.commands.send(other?.managementId ?? '', 'CERTIFICATE_LIST')).toThrow('not managed');
    expect(() => world.commands.send('nobody', 'CERTIFICATE_LIST')).toThrow('no such client');
  });
});
