import type { Computer, Mac } from '../../world/model.js';
import { WorldError, type World } from '../../world/world.js';
import type { Backend } from '../backend.js';

/** Response of GET /__simulator/state. It has counts instead of lists of Macs, so that it stays small with a large fleet. */
export function summarise({ world, options, baseUrl, isDown, requests }: Backend): object {
  const { clock, ca } = world;
  return {
    now: clock.now(),
    squeeze: clock.squeeze,
    version: options.version,
    url: baseUrl(),
    down: isDown(),
    fleet: fleetCounts(world),
    ca: {
      issuedTotal: sum(ca.issuedByComputer().values()),
      issuedByComputer: Object.fromEntries(ca.issuedByComputer()),
      outcomes: countBy(ca.log(), ({ outcome }) => outcome),
    },
    commands: {
      total: world.commands.all().length,
      byState: countBy(world.commands.all(), ({ state }) => state),
      byType: countBy(world.commands.all(), ({ type }) => type),
    },
    groups: world.groups
      .all()
      .map(({ id, name, smart, members }) => ({ id, name, smart, members: members.size })),
    profiles: world.profiles
      .all()
      .map(({ id, name, scep }) => ({
        id,
        name,
        scep: scep !== null,
        inScope: world.profiles.scopeOf(id).size,
      })),
    webhooks: world.webhooks
      .all()
      .map(({ id, name, event, enabled, url }) => ({ id, name, event, enabled, url })),
    deliveries: { ...world.deliveries.counts(), byEvent: world.deliveries.deliveredByEvent() },
    mishaps: world.mishaps,
    requests: requests.all().length,
  };
}

/** Response of GET /__simulator/computers: a summary per Mac. */
export function listComputers(world: World, dueOnly: boolean): object[] {
  return pairs(world)
    .filter(([, mac]) => !dueOnly || mac?.due === true)
    .map(([{ id, name, serialNumber, managed }, mac]) => ({
      id,
      name,
      serialNumber,
      managed,
      online: mac?.online ?? false,
      due: mac?.due ?? false,
      issued: world.ca.issuedByComputer().get(id) ?? 0,
    }));
}

/** The complete state of a Mac, including what Jamf Pro cannot see. @throws WorldError unknown-computer */
export function describeComputer(world: World, id: number): object {
  const computer = world.computers.get(id);
  if (!computer) throw new WorldError('unknown-computer', `no computer ${id}`);
  return {
    computer,
    mac: world.mac(id),
    inventory: world.inventoryOf(id),
    groups: world.groups.ofComputer(id).map((group) => ({ id: group.id, name: group.name })),
    profilesInScope: world.profiles
      .all()
      .filter((profile) => world.profiles.inScope(profile.id, id))
      .map((profile) => profile.id),
    commands: world.commands.ofComputer(id),
    issuances: world.ca.log().filter(({ computerId }) => computerId === id),
  };
}

function fleetCounts(world: World): object {
  const all = pairs(world);
  const count = (test: (computer: Computer, mac: Mac | undefined) => boolean) =>
    all.filter(([computer, mac]) => test(computer, mac)).length;
  return {
    computers: all.length,
    managed: count(({ managed }) => managed),
    online: count((_computer, mac) => mac?.online === true),
    due: count((_computer, mac) => mac?.due === true),
  };
}

const pairs = (world: World): [Computer, Mac | undefined][] =>
  world.computers.all().map((computer) => [computer, world.mac(computer.id)]);

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}

function countBy<Item>(items: readonly Item[], key: (item: Item) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[key(item)] = (counts[key(item)] ?? 0) + 1;
  return counts;
}
