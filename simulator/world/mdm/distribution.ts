import type { Member } from '../fleet/member.js';
import type { Registry } from '../fleet/registry.js';
import type { Profile } from '../model.js';
import type { CommandQueue } from './queue.js';

/** What Jamf looks at when it decides what to send. */
export interface DistributionContext {
  registry: Registry;
  profiles(): readonly Profile[];
  profile(id: number): Profile | undefined;
  inScope(profileId: number, computerId: number): boolean;
  send: CommandQueue['sendProfile'];
}

/** InstallProfile and RemoveProfile, which nobody can post: Jamf sends them of its own accord. */
export interface Distribution {
  /** A Mac came into the scope of a profile or left it. */
  scopeChanged(profile: Profile, computerId: number, inScope: boolean): void;
  /** To a Mac in scope, whether it has the profile or not. Says whether it was sent. */
  redeploy(profile: Profile, computerId: number): boolean;
  /** To a Mac in scope that neither has the profile nor waits for it. */
  complete(profile: Profile, computerId: number): void;
  /** Everything that a Mac which has just enrolled lacks. */
  enrolled(member: Member): void;
  /** At a contact: sends again what was flushed, if it is still called for. */
  contacted: (member: Member) => void;
}

const has = ({ mac }: Member, { id }: Pick<Profile, 'id'>) =>
  mac.profiles.some(({ profileId }) => profileId === id);
const waitsFor = ({ queue }: Member, { id }: Profile) =>
  queue.some(({ type, profileId }) => type === 'INSTALL_PROFILE' && profileId === id);

/** A profile of Self Service goes to nobody by itself; those who have taken it are kept up to date. */
const goesTo = (member: Member, profile: Profile) =>
  profile.distributionMethod === 'Install Automatically' || has(member, profile);

/** The rules by which scopes become commands. */
export function createDistribution(context: DistributionContext): Distribution {
  const { registry, send } = context;

  const redeploy = (profile: Profile, computerId: number) => {
    const member = registry.get(computerId);
    if (!member || !context.inScope(profile.id, computerId) || !goesTo(member, profile)) return false;
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
      else if (goesTo(member, profile)) send(member, 'INSTALL_PROFILE', profile.id);
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
