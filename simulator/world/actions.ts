import type { Authority } from './ca/authority.js';
import type { Clock } from './clock.js';
import type { Events } from './events.js';
import type { Life } from './fleet/life.js';
import { makeMember } from './fleet/past.js';
import type { Registry } from './fleet/registry.js';
import type { SimulatorOptions } from '../options.js';
import type { Member } from './fleet/member.js';
import type { CommandQueue } from './mdm/queue.js';
import type { KeychainCertificate } from './model.js';
import type { GroupStore } from './profiles/groups.js';
import type { ScopeTracker } from './profiles/tracker.js';
import { WorldError } from './refusal.js';
import type { Actions } from './contracts/fleet.js';

const DAY_MS = 86_400_000;
const DOWN_MS = 60_000;

/** What the actions reach into. */
export interface ActionsContext {
  options: SimulatorOptions;
  clock: Clock;
  events: Events;
  registry: Registry;
  groups: GroupStore;
  tracker: ScopeTracker;
  queue: CommandQueue;
  life: Life;
  authority: Authority;
  oktaProfiles(): ReadonlySet<number>;
  /** InstallProfile of every profile in whose scope the Mac is. */
  installAll(member: Member): void;
  setDown(down: boolean): void;
}

/** What tests and the control API may do to the fleet. */
export function createActions(context: ActionsContext): Actions {
  const { clock, events, registry, groups, tracker, queue, life, options } = context;

  const online = (id: number) => {
    const member = registry.need(id);
    if (!member.mac.online) throw new WorldError('invalid', `computer ${id} is offline`);
    return member;
  };
  const recordChanged = (member: Member) => {
    groups.computerChanged(member);
    tracker.refreshComputers([member.computer.id]);
  };
  /** Without MDM a Mac loses what MDM brought. */
  const strip = (member: Member) => {
    queue.drop(member);
    member.mac.profiles = [];
    member.mac.keychain = [];
  };
  const enrol = (member: Member) => {
    const { computer } = member;
    computer.enrolledAt = clock.now();
    computer.mdmProfileExpiresAt = clock.now() + 2 * 365 * DAY_MS;
    computer.managed = true;
    computer.mdmCapable = true;
    const event = { at: clock.now(), computerId: computer.id };
    events.emit({ name: 'ComputerPushCapabilityChanged', ...event });
  };
  const reEnrol = (member: Member) => {
    strip(member);
    registry.setManagementId(member, member.random.uuid());
    enrol(member);
    recordChanged(member);
    context.installAll(member);
    life.checkIn(member, 'enrollment complete');
  };

  return {
    setOnline: (id, state) => life.setOnline(registry.need(id), state),
    checkIn: (id, trigger = 'recurring') => life.checkIn(online(id), trigger),
    reportInventory: (id) => life.report(online(id)),
    rename: (id, name) => {
      registry.need(id).mac.name = name;
    },
    assign: (id, owner) => {
      const member = registry.need(id);
      member.computer.owner = { ...member.computer.owner, ...owner };
      recordChanged(member);
    },
    setManaged: (id, managed) => {
      const member = registry.need(id);
      if (member.computer.managed === managed) return;
      if (managed) {
        reEnrol(member);
        return;
      }
      strip(member);
      member.computer.managed = false;
      member.computer.mdmCapable = false;
      events.emit({ name: 'ComputerPushCapabilityChanged', at: clock.now(), computerId: id });
      recordChanged(member);
    },
    reEnrol: (id) => reEnrol(registry.need(id)),
    deleteComputer: (id) => {
      const member = registry.need(id);
      life.end(member);
      queue.drop(member);
      groups.forget(id);
      tracker.forget(id);
      registry.remove(member);
    },
    addComputer: () => {
      const id = registry.nextId();
      const role = { id, managed: true, inScope: true, oddName: false, due: false, green: false };
      const always = { ...options, fleet: { ...options.fleet, away: 0, laptops: 0, officeHours: 0 } };
      const member = makeMember({ ...role, expiresInMs: options.ca.lifetime }, always, clock.now());
      registry.add(member);
      life.begin(member);
      events.emit({ name: 'ComputerAdded', at: clock.now(), computerId: id });
      enrol(member);
      // Being new to a scope is a change, so the commands come by themselves.
      recordChanged(member);
      life.checkIn(member, 'enrollment complete');
      life.report(member);
      return member.computer;
    },
    shiftExpiry: (id, byMs) => {
      const member = registry.need(id);
      const okta = context.oktaProfiles();
      const shifted = (certificate: KeychainCertificate) => {
        if (!okta.has(certificate.profileId)) return certificate;
        const issuedAt = Math.min(certificate.issuedAt + byMs, clock.now());
        const moved = { ...certificate, issuedAt, expiresAt: certificate.expiresAt + byMs };
        context.authority.adopt(moved);
        return moved;
      };
      member.mac.keychain = member.mac.keychain.map(shifted);
      const { certificates } = member.snapshot;
      member.snapshot.certificates = certificates.map(({ certificate, active }) => ({
        certificate: active ? shifted(certificate) : certificate,
        active,
      }));
      recordChanged(member);
    },
    restart: (downMs = DOWN_MS) => {
      context.setDown(true);
      events.emit({ name: 'JSSShutdown', at: clock.now() });
      clock.after(downMs, () => {
        context.setDown(false);
        events.emit({ name: 'JSSStartup', at: clock.now() });
      });
    },
  };
}
