import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WorldError, type World } from '../../../../simulator/world/world.js';
import {
  BLUE,
  DAY,
  EXPIRING,
  GREEN,
  JOIN_GREEN,
  LEAVE_BLUE,
  makeWorld,
  MINUTE,
  recordEvents,
} from './support.js';

type Step = (world: World) => unknown;
const step = <T>(name: string, from: fc.Arbitrary<T>, run: (world: World, value: T) => unknown) =>
  from.map((value) => ({
    run: (world: World) => run(world, value),
    // The output of fast-check for a failed run.
    [fc.toStringMethod]: () => `${name}(${String(value)})`,
  }));

const id = fc.integer({ min: 1, max: 3 });
const minutes = fc.oneof(fc.constantFrom(0.005, 0.02, 0.05, 0.1), fc.integer({ min: 1, max: 300 }));
const share = fc.constantFrom(0, 0, 0.5, 1);

const scopeSteps = [
  step('join green', id, ({ groups }, one) => groups.changeMembers(JOIN_GREEN, { add: [one] })),
  step('leave green', id, ({ groups }, one) => groups.changeMembers(JOIN_GREEN, { remove: [one] })),
  step('exclude from blue', id, ({ groups }, one) => groups.changeMembers(LEAVE_BLUE, { add: [one] })),
  step('back to blue', id, ({ groups }, one) => groups.changeMembers(LEAVE_BLUE, { remove: [one] })),
  step('online', id, ({ actions }, one) => actions.setOnline(one, true)),
  step('offline', id, ({ actions }, one) => actions.setOnline(one, false)),
  step('advance minutes', minutes, ({ clock }, some) => clock.advance(Math.round(some * MINUTE))),
  step('advance minutes', minutes, ({ clock }, some) => clock.advance(Math.round(some * MINUTE))),
  step('check in', id, ({ actions }, one) => actions.checkIn(one)),
  step('report', id, ({ actions }, one) => actions.reportInventory(one)),
];
const otherSteps = [
  step('department', id, ({ actions }, one) => actions.assign(one, { department: 'Lab & Kiosk' })),
  step('department back', id, ({ actions }, one) => actions.assign(one, { department: 'Sales' })),
  step('redeploy', fc.constantFrom(BLUE, GREEN), ({ profiles }, one) => profiles.redeployAll(one)),
  step('flush failed', id, ({ commands }, one) => commands.flush(one, { failed: true })),
  step('flush pending', id, ({ commands }, one) => commands.flush(one, { pending: true })),
  step('blank push', id, ({ commands, computers }, one) =>
    commands.blankPush([computers.get(one)?.managementId ?? '']),
  ),
  step('enrol again', id, ({ actions }, one) => actions.reEnrol(one)),
  step('unmanage', id, ({ actions }, one) => actions.setManaged(one, false)),
  step('manage', id, ({ actions }, one) => actions.setManaged(one, true)),
  step('delete', id, ({ actions }, one) => actions.deleteComputer(one)),
  step('add', fc.constant(''), ({ actions }) => actions.addComputer()),
  step('shift expiry', id, ({ actions }, one) => actions.shiftExpiry(one, -100 * DAY)),
  step('restart', fc.constant(''), ({ actions }) => actions.restart()),
  step('lose pushes', share, ({ faults }, lost) => (faults.push.lose = lost)),
  step('fail enrolments', share, ({ faults }, failing) => (faults.ca.failing = failing)),
  step('squeeze', fc.constantFrom(1, 60), ({ clock }, factor) => (clock.squeeze = factor)),
];

/** Runs the steps in order. A step that Jamf Pro refuses has no effect. */
async function play(world: World, steps: readonly { run: Step }[], afterEach: () => void) {
  for (const { run } of steps) {
    try {
      await run(world);
    } catch (error) {
      if (!(error instanceof WorldError)) throw error;
    }
    afterEach();
  }
}

const isOpen = ({ state }: { state: string }) => state === 'PENDING' || state === 'NOT_NOW';
const build = (seed: number) => {
  const rhythm = {
    notNow: 0.3,
    pushLatency: '30s',
    installTime: '2m',
    inventoryAfterInstall: { share: 0.5 },
  };
  return makeWorld({ seed, fleet: { computers: 3, junk: 0 }, rhythm });
};

/** Checks what must be true at every moment. */
function checkNow(world: World, reported: ReadonlyMap<number, string>) {
  for (const { id: computerId, managed } of world.computers.all()) {
    const mac = world.mac(computerId);
    const inventory = world.inventoryOf(computerId);
    if (!mac || !inventory) throw new Error(`no Mac ${computerId}`);
    const open = world.commands.ofComputer(computerId).filter(isOpen);
    for (const profile of world.profiles.all()) {
      // One pending command, and one that the Mac has started.
      expect(open.filter(({ profileId }) => profileId === profile.id).length).toBeLessThanOrEqual(2);
    }
    const profiles = mac.profiles.map(({ profileId }) => profileId);
    expect(new Set(profiles).size).toBe(profiles.length);
    const scep = mac.profiles.filter(({ profileId }) => world.profiles.get(profileId)?.scep);
    expect(mac.keychain.map(({ profileId }) => profileId).sort()).toEqual(
      scep.map(({ profileId }) => profileId).sort(),
    );
    if (!managed) expect(profiles).toEqual([]);
    const before = reported.get(computerId);
    if (before !== undefined) expect(picture(world, computerId, 'inventory')).toBe(before);
  }
  const issued = world.ca.log().filter(({ outcome }) => outcome === 'issued');
  expect([...world.ca.issuedByComputer().values()].reduce((sum, one) => sum + one, 0)).toBe(issued.length);
  expect(new Set(issued.map(({ serialNumber }) => serialNumber)).size).toBe(issued.length);
}

/** The Okta certificates and all profiles of a Mac, as installed or as Jamf Pro shows them. */
function picture(world: World, computerId: number, of: 'mac' | 'inventory'): string {
  const mac = world.mac(computerId);
  const inventory = world.inventoryOf(computerId);
  const okta = [BLUE, GREEN].map((one) => world.profiles.get(one)?.uuid ?? '');
  const ours = ({ subjectName }: { subjectName: string }) => okta.some((uuid) => subjectName.includes(uuid));
  const certificates =
    of === 'mac'
      ? (mac?.keychain ?? []).filter(ours).map(({ serialNumber }) => serialNumber)
      : (inventory?.certificates ?? [])
          .filter((one) => one.identity && one.lifecycleStatus === 'ACTIVE' && ours(one))
          .map(({ serialNumber }) => serialNumber);
  const profiles =
    of === 'mac'
      ? (mac?.profiles ?? []).map((one) => `${one.profileId} ${one.installedAt}`)
      : (inventory?.configurationProfiles ?? []).map((one) => `${one.id} ${one.lastInstalledAt}`);
  return JSON.stringify([certificates.sort(), profiles.sort()]);
}

/** Stores the state of each Mac at its last report. */
function followReports(world: World): Map<number, string> {
  const reported = new Map<number, string>();
  world.onEvent((event) => {
    if (event.name !== 'ComputerInventoryCompleted') return;
    reported.set(event.computerId, picture(world, event.computerId, 'mac'));
  });
  return reported;
}

/** Runs without faults until the wanted state is reached and Jamf Pro knows it. */
async function comeToRest(world: World) {
  world.clock.squeeze = 1;
  world.faults.push.lose = 0;
  world.faults.ca.failing = 0;
  await world.clock.advance(10 * MINUTE);
  for (const { id: one, managementId } of world.computers.all()) {
    world.actions.setOnline(one, true);
    world.commands.flush(one, { failed: true });
    world.commands.blankPush([managementId]);
  }
  await world.clock.advance(3 * DAY);
  for (const { id: one, managed } of world.computers.all()) {
    const wanted = world.profiles.all().filter(({ id: profile }) => world.profiles.inScope(profile, one));
    const has = world.mac(one)?.profiles.map(({ profileId }) => profileId) ?? [];
    expect(has.sort()).toEqual(managed ? wanted.map((profile) => profile.id).sort() : []);
    expect(picture(world, one, 'inventory')).toBe(picture(world, one, 'mac'));
    expect(world.commands.ofComputer(one).filter(isOpen)).toEqual([]);
  }
}

describe('random changes of scopes', () => {
  it('cause one InstallProfile per entry into a scope, and each certificate has its own command', async () => {
    const run = async (seed: number, steps: { run: Step }[]) => {
      const world = build(seed);
      const reported = followReports(world);
      const events = recordEvents(world);
      const entries = new Map<number, number>();
      let before = new Map([BLUE, GREEN].map((one) => [one, new Set(world.profiles.scopeOf(one))]));
      await play(world, steps, () => {
        for (const profile of [BLUE, GREEN]) {
          for (const one of world.profiles.scopeOf(profile)) {
            if (!before.get(profile)?.has(one)) entries.set(one, (entries.get(one) ?? 0) + 1);
          }
        }
        before = new Map([BLUE, GREEN].map((one) => [one, new Set(world.profiles.scopeOf(one))]));
        checkNow(world, reported);
      });
      await comeToRest(world);
      for (const one of [1, 2, 3]) {
        const installs = events.filter(
          (event) =>
            event.name === 'PushSent' && event.computerId === one && event.type === 'INSTALL_PROFILE',
        );
        expect(installs).toHaveLength(entries.get(one) ?? 0);
        const done = world.commands
          .ofComputer(one)
          .filter(({ type, state }) => type === 'INSTALL_PROFILE' && state === 'ACKNOWLEDGED');
        expect(world.ca.issuedByComputer().get(one) ?? 0).toBe(done.length);
      }
    };
    const steps = fc.array(fc.oneof(...scopeSteps), { minLength: 5, maxLength: 40 });
    await fc.assert(fc.asyncProperty(fc.nat(1_000), steps, run), { numRuns: 60 });
  });
});

describe('random events', () => {
  it('end with each Mac in the state of its scopes, known to Jamf Pro, and nothing lost or duplicated', async () => {
    const run = async (seed: number, steps: { run: Step }[]) => {
      const world = build(seed);
      const reported = followReports(world);
      await play(world, steps, () => checkNow(world, reported));
      await comeToRest(world);
      checkNow(world, reported);
      expect(world.groups.get(EXPIRING)).toBeDefined();
    };
    const steps = fc.array(fc.oneof(...scopeSteps, ...otherSteps), { minLength: 5, maxLength: 50 });
    await fc.assert(fc.asyncProperty(fc.nat(1_000), steps, run), { numRuns: 80 });
  });
});
