import type { Authority } from './ca/authority.js';
import type { Clock } from './clock.js';
import type { Events } from './events.js';
import type { Enrolment } from './fleet/enrolment.js';
import type { Life } from './fleet/life.js';
import type { Member } from './fleet/member.js';
import { makeMember } from './fleet/past.js';
import type { Registry } from './fleet/registry.js';
import type { SimulatorOptions } from '../options.js';
import { removeProfile } from './mdm/install.js';
import type { CommandQueue } from './mdm/queue.js';
import type { KeychainCertificate } from './model.js';
import type { GroupStore } from './profiles/groups.js';
import type { ScopeTracker } from './profiles/tracker.js';
import { WorldError } from './refusal.js';
import type { Actions } from './contracts/fleet.js';

const DOWN_MS = 60_000;

/** Dependencies of the actions. */
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
  enrolment: Enrolment;
  isDown(): boolean;
  setDown(down: boolean): void;
}

/** Creates the actions that tests and the control API can execute. */
export function createActions(context: ActionsContext): Actions {
  const { clock, events, registry, enrolment, life, options } = context;

  const requireJamfUp = () => {
    if (context.isDown()) throw new WorldError('invalid', 'Jamf Pro is down');
  };
  const requireOnline = (id: number) => {
    const member = registry.need(id);
    requireJamfUp();
    if (!member.mac.online) throw new WorldError('invalid', `computer ${id} is offline`);
    return member;
  };
  return {
    setOnline: (id, state) => life.setOnline(registry.need(id), state),
    checkIn: (id, trigger = 'recurring') => life.checkIn(requireOnline(id), trigger),
    reportInventory: (id) => life.report(requireOnline(id)),
    rename: (id, name) => {
      registry.need(id).mac.name = name;
    },
    assign: (id, owner) => {
      const member = registry.need(id);
      member.computer.owner = { ...member.computer.owner, ...owner };
      enrolment.recordChanged(member);
    },
    setManaged: (id, managed) => {
      const member = registry.need(id);
      requireJamfUp();
      if (member.computer.managed === managed) return;
      if (managed) enrolment.again(member);
      else enrolment.end(member);
    },
    removeProfile: (id, profileId) => removeProfile(registry.need(id), profileId),
    reEnrol: (id) => {
      requireJamfUp();
      enrolment.again(registry.need(id));
    },
    deleteComputer: (id) => {
      const member = registry.need(id);
      life.end(member);
      context.queue.forget(member);
      context.groups.forget(id);
      context.tracker.forget(id);
      registry.remove(member);
    },
    addComputer: () => {
      requireJamfUp();
      const id = registry.nextId();
      const role = { id, managed: true, inScope: true, oddName: false, due: false, green: false };
      const alwaysOnline = { ...options, fleet: { ...options.fleet, away: 0, laptops: 0, officeHours: 0 } };
      const member = makeMember({ ...role, expiresInMs: options.ca.lifetime }, alwaysOnline, clock.now());
      registry.add(member);
      life.begin(member);
      enrolment.first(member);
      return member.computer;
    },
    shiftExpiry: (id, byMs) => {
      const member = registry.need(id);
      shiftExpiry(member, byMs, context);
      enrolment.recordChanged(member);
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

/** Moves the dates of the Okta certificates of a Mac, in its keychain and in its last inventory report. */
function shiftExpiry(member: Member, byMs: number, context: ActionsContext): void {
  const { authority, clock } = context;
  const okta = context.oktaProfiles();
  const shifted = (certificate: KeychainCertificate) => {
    if (!okta.has(certificate.profileId)) return certificate;
    const issuedAt = Math.min(certificate.issuedAt + byMs, clock.now());
    const moved = { ...certificate, issuedAt, expiresAt: certificate.expiresAt + byMs };
    authority.adopt(moved);
    return moved;
  };
  member.mac.keychain = member.mac.keychain.map(shifted);
  const { certificates } = member.snapshot;
  member.snapshot.certificates = certificates.map(({ certificate, active }) => ({
    certificate: active ? shifted(certificate) : certificate,
    active,
  }));
}
