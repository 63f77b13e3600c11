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

/** Creates a world and connects its parts. Time does not pass until `start`. */
export function createWorld(options: SimulatorOptions): World {
  const { seed } = options;
  const clock = createClock({ mode: options.clock, squeeze: options.squeeze, startAt: options.startAt });
  const startAt = clock.now();
  const events = createEvents();
  const faults = noFaults();
  const mishaps: Mishaps = { pushesLost: 0, notNow: 0, webhooksReordered: 0, staleAnswers: 0 };
  const departments = seededDepartments();
  const buildings = seededBuildings();
  const registry = createRegistry();
  const authority = createAuthority(options, clock, faults);
  let baseUrl = options.baseUrl;
  let down = false;
  /** False while the world is created, when memberships in scopes are initial state and not changes. */
  let settled = false;

  const scoping = createScoping({
    seed,
    clock,
    events,
    registry,
    departments,
    buildings,
    scepPath: authority.scepPath,
    settled: () => settled,
    send: (member, type, profileId) => queue.sendProfile(member, type, profileId),
  });
  const { groups, profiles, distribution } = scoping;
  const device = createDevice({
    options,
    clock,
    events,
    faults,
    mishaps,
    isDown: () => down,
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
  const status = createStatusChannel({
    seed,
    clock,
    within: options.rhythm.statusWithin,
    isDown: () => down,
  });
  const queue = createQueue({ seed, clock, registry, push: device.push });
  const life = createLife({
    options,
    clock,
    events,
    device,
    isDown: () => down,
    contacted: distribution.contacted,
    cameOnline: status.cameOnline,
    reported: (member) => {
      groups.computerChanged(member);
      for (const profile of nativeRedistributions(member, profiles.all(), clock.now())) {
        distribution.redeploy(profile, member.computer.id);
      }
    },
  });
  const webhooks = createSubscriptions();
  const deliverer = createDeliverer({
    options,
    webhooks,
    faults,
    mishaps,
    computer: (id) => registry.computers.get(id),
    group: (id) => groups.get(id),
    baseUrl: () => baseUrl,
    institution: options.institution,
  });
  events.on(deliverer.handle);

  const parts = { clock, events, registry, ...scoping, queue, device, life };
  populate({ options, startAt, registry, groups, profiles, authority });
  settled = true;
  for (const member of registry.members()) {
    status.report(member);
    life.begin(member);
  }

  return {
    options,
    clock,
    departments,
    buildings,
    computers: registry.computers,
    groups,
    profiles,
    commands: queue,
    webhooks,
    deliveries: deliverer,
    ca: authority,
    faults,
    mishaps,
    actions: createActions({
      ...parts,
      options,
      authority,
      enrolment: createEnrolment(parts),
      isDown: () => down,
      setDown: (state) => {
        down = state;
      },
    }),
    get down() {
      return down;
    },
    inventoryOf: (id) => {
      const member = registry.get(id);
      return member && showInventory(member, { seed, junk: options.fleet.junk, now: clock.now() });
    },
    mac: (id) => registry.get(id)?.mac,
    statusOf: (id) => registry.get(id)?.status ?? undefined,
    restApiOperation: (operation) => {
      events.emit({ name: 'RestAPIOperation', at: clock.now(), operation });
    },
    onEvent: events.on,
    setBaseUrl: (url) => {
      baseUrl = url.replace(/\/$/, '');
      profiles.moveScep(authority.scepPath, `${baseUrl}${authority.scepPath}`);
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

/** Returns the fault switches, all off. */
function noFaults(): WorldFaults {
  return {
    webhooks: { lose: 0, double: 0, reorder: 0 },
    ca: { failing: 0, losing: 0, rateLimited: false },
    push: { lose: 0 },
    words: 'documented',
  };
}
