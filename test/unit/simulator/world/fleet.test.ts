import { describe, expect, it } from 'vitest';
import { presenceAt } from '../../../../simulator/world/fleet/presence.js';
import type { World } from '../../../../simulator/world/world.js';
import {
  BLUE,
  computerOf,
  DAY,
  EXPIRING,
  HOUR,
  makeWorld,
  OKTA_MACS,
  recordEvents,
  START,
} from './support.js';

/** All data of a fleet that a client can see. */
const picture = (world: World) =>
  world.computers.all().map((computer) => [computer, world.inventoryOf(computer.id)]);
const oktaExpiries = (world: World) =>
  world.computers.all().map(({ id }) => {
    const own = world.mac(id)?.keychain.find(({ profileId }) => profileId === BLUE);
    return { id, inMs: own ? own.expiresAt - START : NaN, due: world.mac(id)?.due };
  });
const mixed = {
  fleet: { computers: 80, due: 15, expired: 3, unmanaged: 0.1, outOfScope: 0.1, oddNames: 0.3, junk: 0.5 },
};

describe('a seed', () => {
  it('generates the same fleet each time, and another seed another fleet', () => {
    expect(picture(makeWorld({ ...mixed, seed: 7 }))).toEqual(picture(makeWorld({ ...mixed, seed: 7 })));
    expect(picture(makeWorld({ ...mixed, seed: 7 }))).not.toEqual(picture(makeWorld({ ...mixed, seed: 8 })));
  });

  it('generates the same Macs with the same remaining time at any start time', () => {
    const now = makeWorld({ ...mixed, seed: 'x' });
    const later = makeWorld({ ...mixed, seed: 'x', startAt: START + 1_234 * DAY });
    const serials = (world: World) => world.computers.all().map((one) => [one.serialNumber, one.name]);
    expect(serials(later)).toEqual(serials(now));
    const left = (world: World) =>
      oktaExpiries(world).map(({ id }) =>
        world.mac(id)?.keychain.map((one) => [one.serialNumber, one.expiresAt - world.clock.now()]),
      );
    expect(left(later)).toEqual(left(now));
  });

  it('makes the same random choices as time passes', async () => {
    const run = async () => {
      const world = makeWorld({
        ...mixed,
        seed: 3,
        rhythm: { notNow: 0.3, pushLost: 0.2 },
        ca: { failing: 0.2 },
      });
      const events = recordEvents(world);
      world.profiles.redeployAll(BLUE);
      await world.clock.advance(6 * HOUR);
      const commands = world.commands
        .all()
        .map(({ uuid, state, completedAt }) => ({ uuid, state, completedAt }));
      return { events, commands, log: world.ca.log() };
    };
    expect(await run()).toEqual(await run());
  });
});

describe('the fleet', () => {
  it('has the requested numbers of due, expired, unmanaged and out-of-scope Macs', () => {
    const world = makeWorld(mixed);
    const due = oktaExpiries(world).filter((one) => one.due);
    expect(due.filter(({ inMs }) => inMs < 0)).toHaveLength(3);
    expect(due.filter(({ inMs }) => inMs >= DAY && inMs <= 25 * DAY)).toHaveLength(15);
    const rest = oktaExpiries(world).filter((one) => !one.due && !Number.isNaN(one.inMs));
    expect(Math.min(...rest.map(({ inMs }) => inMs))).toBeGreaterThanOrEqual(60 * DAY - 1_000);
    expect(world.computers.all().filter(({ managed }) => !managed)).toHaveLength(8);
    expect(world.groups.get(OKTA_MACS)?.members.size).toBe(72);
    for (const { id } of due) {
      expect(world.profiles.inScope(BLUE, id)).toBe(true);
      expect(computerOf(world, id).managed).toBe(true);
    }
    const known = [...(world.groups.get(EXPIRING)?.members ?? [])].sort((a, b) => a - b);
    expect(known).toEqual(due.map(({ id }) => id));
  });

  it('starts with green if requested, and does not change', async () => {
    const world = makeWorld({ fleet: { green: 1 } });
    await world.clock.advance(2 * DAY);
    expect(world.commands.all()).toEqual([]);
    expect(world.mac(1)?.profiles.map(({ profileId }) => profileId)).toEqual(
      expect.arrayContaining([13, 14]),
    );
    expect(world.mac(1)?.profiles.map(({ profileId }) => profileId)).not.toContain(BLUE);
  });

  it('finds a computer by each of its identifiers', () => {
    const world = makeWorld();
    const computer = computerOf(world, 4);
    expect(world.computers.byUdid(computer.udid.toLowerCase())).toBe(computer);
    expect(world.computers.bySerialNumber(computer.serialNumber)).toBe(computer);
    expect(world.computers.byManagementId(computer.managementId.toUpperCase())).toBe(computer);
    expect(world.computers.all().map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });
});

describe('the presence of Macs', () => {
  it('brings every due Mac online within the requested time', async () => {
    const fleet = { computers: 100, due: 40, laptops: 0.3, officeHours: 0.3, away: 0.4 };
    const world = makeWorld({ fleet: { ...fleet, dueReachableWithin: '20m' } });
    const seen = new Set<number>();
    for (let minute = 0; minute <= 20; minute += 1) {
      for (const { id } of world.computers.all()) if (world.mac(id)?.online) seen.add(id);
      await world.clock.advance(60_000);
    }
    const due = world.computers.all().filter(({ id }) => world.mac(id)?.due);
    expect(due.filter(({ id }) => !seen.has(id))).toEqual([]);
    expect(seen.size).toBeLessThan(100);
  });

  it('follows office hours, also over a weekend, with a day of any length', () => {
    const day = 1_000;
    const habits = { officeFrom: 9 / 24, officeTo: 17 / 24, periodMs: 1, onlineMs: 1, firstMs: 0 };
    const at = (days: number) => presenceAt({ pattern: 'office-hours', ...habits }, days * day, day);
    const monday = 9.5 / 24;
    expect(at(0)).toEqual({ online: true, untilMs: (17 / 24 - monday) * day });
    const evening = at(18 / 24 - monday);
    expect(evening.online).toBe(false);
    expect(evening.untilMs).toBeCloseTo((1 + 9 / 24 - monday) * day);
    const saturday = at(5 + 12 / 24 - monday);
    expect(saturday.online).toBe(false);
    expect(saturday.untilMs).toBeCloseTo((7 + 9 / 24 - monday) * day);
  });

  it('includes check-ins and reports at their intervals while online, and none while offline', async () => {
    const world = makeWorld({ fleet: { computers: 2 } });
    world.actions.setOnline(2, false);
    const events = recordEvents(world);
    await world.clock.advance(DAY);
    const of = (id: number, name: string) =>
      events.filter((event) => event.name === name && 'computerId' in event && event.computerId === id);
    expect(of(1, 'ComputerCheckIn').length).toBeGreaterThanOrEqual(94);
    expect(of(1, 'ComputerCheckIn').length).toBeLessThanOrEqual(98);
    expect(of(1, 'ComputerInventoryCompleted')).toHaveLength(1);
    expect(events.filter((event) => 'computerId' in event && event.computerId === 2)).toEqual([]);
    world.actions.setOnline(2, null);
    await world.clock.advance(HOUR);
    expect(of(2, 'ComputerCheckIn')[0]).toMatchObject({
      trigger: expect.stringMatching(/startup|network/) as string,
    });
  });
});
