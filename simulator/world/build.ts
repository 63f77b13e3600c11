import type { SimulatorOptions } from '../options.js';
import { createActions } from './actions.js';
import { createAuthority } from './ca/authority.js';
import { prepareKeys } from './ca/keys.js';
import { createClock } from './clock.js';
import { createEvents } from './events.js';
import { createEnrolment } from './fleet/enrolment.js';
import { createLife } from './fleet/life.js';
import { createRegistry } from './fleet/registry.js';
import { showInventory } from './inventory/snapshot.js';
import { createDevice } from './mdm/device.js';
import { installProfile } from './mdm/install.js';
import { createStatusChannel } from './mdm/status.js';
import { createQueue } from './mdm/queue.js';
import { nativeRedistributions } from './profiles/native.js';
import { createScoping } from './profiles/scoping.js';
import { populate } from './populate.js';
import { seededBuildings, seededDepartments } from './seeded.js';
import { createDeliverer } from './webhooks/deliver.js';
import { createSubscriptions } from './webhooks/subscriptions.js';
import type { Mishaps, WorldFaults } from './webhook-model.js';
import type { World } from './world.js';

/** State of the world that several parts share. */
interface WorldState {
  /** True between JSSShutdown and JSSStartup. */
  down: boolean;
  baseUrl: string;
  /** False while the world is created, when memberships in scopes are initial state and not changes. */
  settled: boolean;
}

/** Creates a world and connects its parts. Time does not pass until `start`. */
export function createWorld(options: SimulatorOptions): World {
  const { seed } = options;
  const state: WorldState = { down: false, baseUrl: options.baseUrl, settled: false };
  const base = createBase(options);
  const { clock, events, registry, authority } = base;
  const startAt = clock.now();
  const { status, ...parts } = connectMacs(options, base, state);
  const { groups, profiles, queue, life } = parts;
  const webhooks = createSubscriptions();
  const deliverer = createDeliverer({
    options,
    webhooks,
    faults: base.faults,
    mishaps: base.mishaps,
    computer: (id) => registry.computers.get(id),
    group: (id) => groups.get(id),
    baseUrl: () => state.baseUrl,
    institution: options.institution,
  });
  events.on(deliverer.handle);

  populate({ options, startAt, registry, groups, profiles, authority });
  state.settled = true;
  for (const member of registry.members()) {
    status.report(member);
    life.begin(member);
  }

  return {
    options,
    clock,
    departments: base.departments,
    buildings: base.buildings,
    computers: registry.computers,
    groups,
    profiles,
    commands: queue,
    webhooks,
    deliveries: deliverer,
    ca: authority,
    faults: base.faults,
    mishaps: base.mishaps,
    actions: actionsOf(options, { ...base, ...parts }, state),
    get down() {
      return state.down;
    },
    inventoryOf: (id) => {
      const member = registry.get(id);
      return member && showInventory(member, { seed, junk: options.fleet.junk, now: clock.now() });
    },
    mac: (id) => registry.get(id)?.mac,
    statusOf: (id) => registry.get(id)?.status ?? undefined,
    restApiOperation: (operation) => events.emit({ name: 'RestAPIOperation', at: clock.now(), operation }),
    onEvent: events.on,
    setBaseUrl: (url) => {
      state.baseUrl = url.replace(/\/$/, '');
      profiles.moveScep(authority.scepPath, `${state.baseUrl}${authority.scepPath}`);
    },
    start: () => {
      prepareKeys();
      clock.start();
      events.emit({ name: 'JSSStartup', at: clock.now() });
    },
    stop: async () => {
      clock.stop();
      await deliverer.stop();
    },
  };
}

type Base = ReturnType<typeof createBase>;
type Macs = Omit<ReturnType<typeof connectMacs>, 'status'>;

/** Creates the parts that do not depend on other parts. */
function createBase(options: SimulatorOptions) {
  const clock = createClock({ mode: options.clock, squeeze: options.squeeze, startAt: options.startAt });
  const faults = noFaults();
  const mishaps: Mishaps = { pushesLost: 0, notNow: 0, webhooksReordered: 0, staleAnswers: 0 };
  return {
    clock,
    faults,
    mishaps,
    events: createEvents(),
    departments: seededDepartments(),
    buildings: seededBuildings(),
    registry: createRegistry(),
    authority: createAuthority(options, clock, faults),
  };
}

/** Creates the scopes, the command queue and the Macs, which depend on each other. */
function connectMacs(options: SimulatorOptions, base: Base, state: WorldState) {
  const { seed } = options;
  const { clock, events, registry, authority, faults, mishaps } = base;
  const isDown = () => state.down;
  const scoping = createScoping({
    seed,
    clock,
    events,
    registry,
    departments: base.departments,
    buildings: base.buildings,
    scepPath: authority.scepPath,
    settled: () => state.settled,
    send: (member, type, profileId) => queue.sendProfile(member, type, profileId),
  });
  const { groups, profiles, distribution } = scoping;
  const status = createStatusChannel({ seed, clock, within: options.rhythm.statusWithin, isDown });
  const device = createDevice({
    options,
    clock,
    events,
    faults,
    mishaps,
    isDown,
    profile: (id) => profiles.get(id),
    install: (member, profile, again) =>
      installProfile({ seed, authority, now: clock.now }, member, profile, again),
    done: (member, command) => queue.done(member, command),
    profilesChanged: (member) => {
      life.reportAfterInstall(member);
      status.changed(member);
    },
    refreshCertificates: (member) => life.refreshCertificates(member),
    contacted: distribution.contacted,
  });
  const queue = createQueue({ seed, clock, registry, push: device.push });
  const life = createLife({
    options,
    clock,
    events,
    device,
    isDown,
    contacted: distribution.contacted,
    cameOnline: (member) => status.cameOnline(member),
    reported: (member) => {
      groups.computerChanged(member);
      for (const profile of nativeRedistributions(member, profiles.all(), clock.now()))
        distribution.redeploy(profile, member.computer.id);
    },
  });
  return { ...scoping, device, status, queue, life };
}

function actionsOf(options: SimulatorOptions, parts: Base & Macs, state: WorldState): World['actions'] {
  return createActions({
    ...parts,
    options,
    enrolment: createEnrolment(parts),
    isDown: () => state.down,
    setDown: (down) => {
      state.down = down;
    },
  });
}

/** Returns the fault switches, all off. */
function noFaults(): WorldFaults {
  return {
    webhooks: { lose: 0, double: 0, reorder: 0 },
    ca: { failing: 0, losing: 0, rateLimited: false },
    push: { lose: 0 },
    words: 'documented',
  };
}
