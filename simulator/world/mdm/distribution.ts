import type { Member } from '../fleet/member.js';
import type { Registry } from '../fleet/registry.js';
import type { Profile } from '../model.js';
import type { CommandQueue } from './queue.js';

/** Dependencies of the distribution of profiles. */
export interface DistributionContext {
  registry: Registry;
  profiles(): readonly Profile[];
  profile(id: number): Profile | undefined;
  inScope(profileId: number, computerId: number): boolean;
  send: CommandQueue['sendProfile'];
}

/** Creates InstallProfile and RemoveProfile commands, which clients cannot send through an API. */
export interface Distribution {
  /** Sends InstallProfile or RemoveProfile after a Mac entered or left a scope. */
  scopeChanged(profile: Profile, computerId: number, inScope: boolean): void;
  /** Sends InstallProfile to a Mac in scope, even if the profile is installed. Returns whether it was sent. */
  redeploy(profile: Profile, computerId: number): boolean;
  /** Sends InstallProfile to a Mac in scope if the profile is neither installed nor pending. */
  complete(profile: Profile, computerId: number): void;
  /** Sends all missing profiles to a Mac after its enrollment. */
  enrolled(member: Member): void;
  /** At a contact, sends flushed profile commands again if they are still required. */
  contacted: (member: Member) => void;
}

const has = ({ mac }: Member, { id }: Pick<Profile, 'id'>) =>
  mac.profiles.some(({ profileId }) => profileId === id);
const waitsFor = ({ queue }: Member, { id }: Profile) =>
  queue.some(({ type, profileId }) => type === 'INSTALL_PROFILE' && profileId === id);

/**
 * Whether Jamf Pro sends the profile automatically. A Self Service profile is sent only to Macs that already have
 * it.
 */
const isAutomatic = (member: Member, profile: Profile) =>
  profile.distributionMethod === 'Install Automatically' || has(member, profile);

/** Creates the rules that derive commands from scopes. */
export function createDistribution(context: DistributionContext): Distribution {
  const { registry, send } = context;

  const redeploy = (profile: Profile, computerId: number) => {
    const member = registry.get(computerId);
    if (!member || !context.inScope(profile.id, computerId) || !isAutomatic(member, profile)) return false;
    return send(member, 'INSTALL_PROFILE', profile.id);
  };
  const complete = (profile: Profile, computerId: number) => {
    const member = registry.get(computerId);
    if (member && !has(member, profile) && !waitsFor(member, profile)) redeploy(profile, computerId);
  };

  return {
    scopeChanged: (profile, computerId, inScope) => {
      const member = registry.get(computerId);
      if (!member) return;
      if (!inScope) send(member, 'REMOVE_PROFILE', profile.id);
      else if (isAutomatic(member, profile)) send(member, 'INSTALL_PROFILE', profile.id);
    },
    redeploy,
    complete,
    enrolled: ({ computer }) => {
      for (const profile of context.profiles()) complete(profile, computer.id);
    },
    contacted: (member) => {
      const flushed = [...member.flushed];
      member.flushed.clear();
      for (const id of flushed) {
        const profile = context.profile(id);
        if (profile && context.inScope(id, member.computer.id)) redeploy(profile, member.computer.id);
        else send(member, 'REMOVE_PROFILE', id);
      }
    },
  };
}
