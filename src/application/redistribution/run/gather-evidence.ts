import { assess } from '../../../domain/assess.js';
import { groupIdOf, profileAt, type Side } from '../../../domain/redistribution/direction.js';
import type {
  CommandList,
  CyclePermit,
  Evidence,
  Need,
} from '../../../domain/redistribution/evidence/evidence.js';
import type { Redistribution } from '../../../domain/redistribution/record.js';
import type { WatchedProfile } from '../../../domain/watched.js';
import type { JamfClient } from '../../ports.js';
import { rankOf } from '../../../domain/redistribution/safety-limits/wait-queue.js';
import { safetyLimitPolicyOf } from '../../../domain/redistribution/safety-limits/policy.js';
import type { StepDeps } from '../deps.js';
import { placeKeptMs } from '../wake-observed.js';
import type { Groups } from './group-membership.js';
import type { JobLock } from './fence.js';
import { readStatus } from './read-status.js';

/** The redistribution that is processed, and what is needed to read evidence and write changes for it. */
export interface StepContext {
  record: Redistribution;
  watched: WatchedProfile;
  client: JamfClient;
  groups: Groups;
  lock: JobLock;
}

/** The part of the evidence that needs no call to Jamf Pro: the stored data of the Mac, and the pause. */
export type Facts = Pick<Evidence, 'computer' | 'assessment' | 'paused'>;

/** Reads the facts. They must be read again after every call to Jamf Pro, because a call can take long. */
export async function loadFacts(
  deps: StepDeps,
  { instance, computerId }: Redistribution,
  watched: WatchedProfile,
): Promise<Facts> {
  const [computer, paused] = await Promise.all([
    deps.computers.get(instance, computerId),
    deps.limits.paused(instance),
  ]);
  return { computer, paused, assessment: computer && assess(computer, watched, deps.now()) };
}

/**
 * Returns evidence with new facts and with the parts of earlier evidence that are still valid. It lists all fields:
 * `step` reads evidence in many places, and V8 reads objects with different sets of fields more slowly.
 */
export function evidenceOf(
  { computer, assessment, paused }: Facts,
  { membership, commands, written }: Pick<Evidence, 'membership' | 'commands' | 'written'>,
): Evidence {
  return {
    computer,
    assessment,
    paused,
    membership,
    commands,
    attemptsUsed: undefined,
    room: undefined,
    token: undefined,
    cycleToken: undefined,
    breaker: undefined,
    nextExpiresAt: undefined,
    listing: undefined,
    status: undefined,
    failureText: undefined,
    written,
    cover: undefined,
  };
}

const FROM_JAMF: ReadonlySet<Need['what']> = new Set([
  'membership',
  'commands',
  'cover',
  'failure-text',
  'status',
]);

/** Whether obtaining this evidence needs a call to Jamf Pro; other evidence needs only Redis. */
export function callsJamf({ what }: Need): boolean {
  return FROM_JAMF.has(what);
}

/** Obtains the requested evidence and adds it to `evidence`. May throw a `JamfError`. */
export async function gatherEvidence(
  deps: StepDeps,
  scene: StepContext,
  evidence: Evidence,
  needs: readonly Need[],
): Promise<void> {
  const [first] = needs;
  // Most steps need only one kind of evidence. A simulated year has millions of steps, so the array of promises is
  // avoided.
  const found =
    first !== undefined && needs.length === 1
      ? [await obtainOne(deps, scene, evidence, first)]
      : await Promise.all(needs.map((need) => obtainOne(deps, scene, evidence, need)));
  for (const one of found) {
    const { membership, commands, cover } = evidence;
    Object.assign(evidence, one);
    if (one.membership && membership) evidence.membership = { ...membership, ...one.membership };
    if (one.commands && commands) evidence.commands = { ...commands, ...one.commands };
    if (one.cover && cover) evidence.cover = { ...cover, ...one.cover };
  }
}

async function obtainOne(
  deps: StepDeps,
  scene: StepContext,
  evidence: Evidence,
  need: Need,
): Promise<Partial<Evidence>> {
  const { record, watched, client } = scene;
  const { instance, profile, computerId } = record;
  const { hourlyCap: hourly, perMinute, inFlight, caLimit: ca } = watched.policy;
  const caps = { hourly, perMinute, inFlight, ca };
  const managementId = record.managementId || (evidence.computer?.managementId ?? '');
  switch (need.what) {
    case 'membership':
      return { membership: await readMembership(scene, need.groups) };
    case 'commands':
      return { commands: await readCommands(scene, managementId, need) };
    case 'attempts': {
      const query = {
        since: need.since,
        except: { redistributionId: record.id, attempt: record.attempts.length + 1 },
      };
      return { attemptsUsed: await deps.redistributions.attemptsSince(instance, profile, computerId, query) };
    }
    case 'room':
    case 'token': {
      const { attempt, overHourlyCap, overCanary } = need;
      const request = {
        redistributionId: record.id,
        attempt,
        caps,
        now: deps.now(),
        overHourlyCap,
        overCanary,
        rails: safetyLimitPolicyOf(watched.policy),
        rank: rankOf(record),
        keptMs: placeKeptMs(watched.policy),
      };
      return need.what === 'room'
        ? { room: await deps.limits.look(instance, profile, request) }
        : { token: await deps.limits.takePermit(instance, profile, request) };
    }
    case 'cycle-token':
      return { cycleToken: await cycleToken(deps, scene, need.attempt) };
    case 'breaker': {
      const rails = await deps.limits.safetyLimits(
        instance,
        profile,
        safetyLimitPolicyOf(watched.policy),
        deps.now(),
      );
      return { breaker: rails.breaker };
    }
    case 'next-expiry':
      return { nextExpiresAt: await nextExpiry(deps, record) };
    case 'listing':
      return { listing: await deps.limits.listing(instance) };
    case 'cover': {
      const [profile, [read]] = await Promise.all([
        client.readProfile(profileAt(watched, need.side).id),
        client.readComputers([computerId]),
      ]);
      return { cover: { [need.side]: { profile, computer: read ?? null } } };
    }
    case 'status':
      return { status: await readStatus(deps, scene, managementId, need.isLast) };
    case 'failure-text':
      return { failureText: await failureText(scene, need.side) };
  }
}

async function readMembership(
  { record, watched, client, groups }: StepContext,
  roles: Extract<Need, { what: 'membership' }>['groups'],
): Promise<Evidence['membership']> {
  const { computerId, lease } = record;
  const members = await Promise.all(
    roles.map((role) => groups.isMember(client, groupIdOf(role, watched, lease), computerId)),
  );
  const membership: Evidence['membership'] = {};
  roles.forEach((role, index) => (membership[role] = members[index]));
  return membership;
}

async function readCommands(
  { watched, client }: StepContext,
  managementId: string,
  { lists, sentAfter }: Extract<Need, { what: 'commands' }>,
): Promise<Evidence['commands']> {
  const read = await Promise.all(
    lists.map((list) => client.findCommands({ managementId, ...queryOf(list, watched), sentAfter })),
  );
  const commands: Evidence['commands'] = {};
  lists.forEach((list, index) => (commands[list] = read[index]));
  return commands;
}

/**
 * Number of records that are read from the front of the wait queue, with one call. Requests by users are at the
 * front, so the first record does not always have the earliest expiry.
 */
const FIRST_WAITING = 100;

async function nextExpiry(
  { limits, redistributions }: StepDeps,
  { instance, profile }: Redistribution,
): Promise<number | null> {
  const ids = await limits.firstInLine(instance, profile, FIRST_WAITING);
  const waiting = await redistributions.readMany(instance, ids);
  const expiries = waiting.flatMap(({ baseline }) => baseline.expiresAt ?? []);
  return expiries.length === 0 ? null : Math.min(...expiries);
}

/** The daily limit is a share of the Macs in scope, but at least one Mac. */
async function cycleToken(
  { limits, computers, now }: StepDeps,
  { record: { id, instance, profile }, watched }: StepContext,
  attempt: number,
): Promise<CyclePermit> {
  const { inFlight = 0, daily = 0 } = watched.policy.cycle ?? {};
  const counts = await computers.countStates(instance, profile);
  const inScope = counts.healthy + counts.due + counts.overdue + counts.expired + counts.unknown;
  const caps = { inFlight, daily: Math.max(1, Math.floor(daily * inScope)) };
  return limits.takeCycle(instance, profile, { redistributionId: id, attempt, caps, now: now() });
}

function queryOf(list: CommandList, watched: WatchedProfile) {
  return {
    type: list.startsWith('install') ? ('INSTALL_PROFILE' as const) : ('REMOVE_PROFILE' as const),
    profileId: profileAt(watched, list.endsWith('blue') ? 'blue' : 'green').id,
  };
}

/**
 * Returns the error of the failed InstallProfile command. In the computer history, the name of such a command ends
 * with the name of the profile, for example `Install Configuration Profile Okta SCEP`.
 */
async function failureText({ record, watched, client }: StepContext, side: Side): Promise<string> {
  const commands = await client.readFailedCommands(record.computerId);
  const { name } = profileAt(watched, side);
  const named = commands.find((command) => name !== '' && command.name.endsWith(name));
  return named?.error ?? '';
}
