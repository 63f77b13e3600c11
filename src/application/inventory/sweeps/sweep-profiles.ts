import { createFleetAudit } from '../../../domain/audit/fleet.js';
import { fieldOf } from '../../../domain/audit/report.js';
import { auditSettings, unseen } from '../../../domain/audit/settings.js';
import type { ProfileDetails } from '../../../domain/profile.js';
import { inProfileScope } from '../../../domain/scope.js';
import { profilesOf } from '../../../domain/watched.js';
import { type FleetDeps, instanceOf } from '../deps.js';
import { LISTED, onceEach, PAGE } from './audit-profiles.js';
import { withSweepLease } from './sweep-lease.js';
import { BUSY, type SweepOutcome } from './outcome.js';
import { pauseBetweenPages } from './pause.js';
import { auditWithFleet } from './refresh-profiles.js';

/**
 * Checks every profile of the Jamf Pro server that has a SCEP payload, watched or not: its settings, the known
 * Macs in its scope, and its CA. Takes one call per profile and per group in a scope, so it runs only on request.
 */
export async function sweepProfiles(deps: FleetDeps, instance: string): Promise<SweepOutcome> {
  return (await withSweepLease(deps, instance, 'profiles', () => auditServer(deps, instance))) ?? BUSY;
}

async function auditServer(deps: FleetDeps, instance: string): Promise<SweepOutcome> {
  const { jamf } = instanceOf(deps, instance);
  const { watched } = await deps.profiles.watchedProfiles(instance);
  const ours = new Set(watched.flatMap(profilesOf).map(({ id }) => id));
  const listed = await jamf.listProfiles();
  const others: ProfileDetails[] = [];
  const unread: string[] = [];
  for (const { id } of listed.filter((one) => !ours.has(one.id))) {
    if (deps.stopping.aborted) return { outcome: 'stopped', pages: 0, computers: 0 };
    const startedAt = deps.now();
    const details = await jamf.readProfile(id).catch(() => null);
    if (details === null || details.scep === null) unread.push(id);
    else if (details.scep.length > 0) others.push(details);
    await pauseBetweenPages(deps.now() - startedAt, deps.stopping);
  }
  const computers = await auditOthers(deps, instance, others);
  if (computers === null) return { outcome: 'stopped', pages: 0, computers: 0 };
  await auditWithFleet(deps, instance, watched);
  await deps.profileAudits.settleAll(instance, {
    auditedAt: deps.now(),
    profiles: listed.length,
    unread: unread.length,
    // Profiles that could not be read keep their previous result.
    found: [...ours, ...unread, ...others.map(({ id }) => id)],
  });
  return { outcome: 'done', pages: 0, computers };
}

/**
 * Checks profiles against all known Macs, and reads each Mac once. Returns the number of Macs; `null` if the process
 * is stopping.
 */
async function auditOthers(
  deps: FleetDeps,
  instance: string,
  profiles: readonly ProfileDetails[],
): Promise<number | null> {
  const { members, missing } = await membersOf(deps, instance, profiles);
  const profileAudits = profiles.map((details) => ({ details, audit: createFleetAudit(details, LISTED) }));
  let count = 0;
  let cursor: string | undefined;
  do {
    const page = await deps.computers.list(instance, { cursor, limit: PAGE });
    for (const computer of page.computers) {
      const groupIds = [...members].filter(([, ids]) => ids.has(computer.id)).map(([id]) => id);
      for (const { details, audit } of profileAudits)
        if (inProfileScope(details.scope, { ...computer, groupIds })) audit.look(computer);
    }
    count += page.computers.length;
    cursor = page.cursor ?? undefined;
    if (deps.stopping.aborted) return null;
  } while (cursor !== undefined);
  const ask = onceEach(deps);
  for (const { details, audit } of profileAudits) {
    const gone = groupsOf(details).filter((id) => missing.has(id));
    const groups = gone.map(
      (id) => `Members of group ${id}, which the scope names: the group could not be read.`,
    );
    const field = fieldOf(details, audit.result(), await ask(details), { now: deps.now() });
    await deps.profileAudits.save(instance, {
      id: details.id,
      title: details.name,
      profile: '',
      half: null,
      auditedAt: deps.now(),
      settings: auditSettings(details),
      field,
      unseen: [...unseen(false), ...groups],
    });
  }
  return count;
}

function groupsOf({ scope }: ProfileDetails): string[] {
  return [...scope.groupIds, ...scope.exclusions.groupIds];
}

/**
 * Reads the members of the groups in the scopes, because a stored Mac lists only the groups of watched profiles.
 * Reading a smart group needs an additional privilege; a group that cannot be read is returned in `missing`.
 */
async function membersOf(
  deps: FleetDeps,
  instance: string,
  profiles: readonly ProfileDetails[],
): Promise<{ members: ReadonlyMap<string, ReadonlySet<string>>; missing: ReadonlySet<string> }> {
  const { jamf } = instanceOf(deps, instance);
  const members = new Map<string, ReadonlySet<string>>();
  const missing = new Set<string>();
  for (const id of new Set(profiles.flatMap(groupsOf))) {
    const group = await jamf.readGroup(id).catch(() => null);
    if (group) members.set(id, new Set(group.computerIds));
    else missing.add(id);
  }
  return { members, missing };
}
