import type { z } from 'zod';
import type { ProfileDetails } from '../../../domain/profile.js';
import {
  measureBlast,
  refuseWholeScope,
  WHOLE_SCOPE_EVERY_MS,
} from '../../../domain/redistribution/request/whole-scope.js';
import type { WatchedProfile } from '../../../domain/watched.js';
import { JamfError } from '../../../domain/jamf-error.js';
import { railPolicyOf } from '../../../domain/redistribution/safety-limits/policy.js';
import { audited } from '../../audit/audited.js';
import { Problem } from '../../../contract/problem.js';
import type { Principal } from '../../../contract/roles.js';
import type { wholeScopeAnswer, wholeScopeRequest } from '../../../contract/resources/whole-scope.js';
import type { Ports, WholeScopeConnection } from '../../ports.js';
import { whichProfiles } from '../../fleet/resolve-instance.js';

type WholeScopePorts = Pick<
  Ports,
  | 'config'
  | 'telemetry'
  | 'now'
  | 'profiles'
  | 'computers'
  | 'limits'
  | 'wholeScopes'
  | 'audit'
  | 'connectWholeScope'
>;

type Request = z.output<typeof wholeScopeRequest>;
type Answer = z.input<typeof wholeScopeAnswer>;

const PAGE = 500;

/**
 * Redistributes a profile to its whole scope, or shows what that would do. Only here, only for a person who has seen the number and typed
 * it, once in thirty days. The name and the scope are read from Jamf anew: what was typed is held against what is there now.
 */
export async function wholeScope(
  services: WholeScopePorts,
  who: Principal,
  { instance, id, request }: { instance: string; id: string; request: Request },
): Promise<Answer> {
  const watched = await watchedHalf(services, instance, id);
  const settings = services.config.instances[instance];
  if (settings === undefined)
    throw new Problem('not-found', `There is no Jamf Pro server named ${instance}.`);
  const jamf = services.connectWholeScope(instance, settings);
  try {
    const profile = await jamf.readProfile(id).catch(tellJamf);
    const shown = await show(services, { watched, profile });
    if (request.dryRun) return shown;
    const act = {
      action: 'redistribute-scope' as const,
      instance,
      reason: request.reason,
      computers: shown.computers,
      subjects: [`${shown.title} (${id})`],
    };
    return await audited(services, who, act, async () => {
      const refusal = shown.refusal ?? notAsTyped(shown, request);
      if (refusal !== null) throw new Problem('refused', refusal);
      await once(services, who, { jamf, shown, reason: request.reason });
      const result = `InstallProfile of ${shown.title} sent to ${shown.computers} Macs.`;
      return { value: { ...shown, dryRun: false }, outcome: 'done', result };
    });
  } finally {
    jamf.close();
  }
}

async function watchedHalf(services: WholeScopePorts, instance: string, id: string): Promise<WatchedProfile> {
  const watched = await whichProfiles(services, instance, undefined);
  const found = watched.find(({ blue, green }) => blue.id === id || green.id === id);
  if (found) return found;
  throw new Problem(
    'not-found',
    `No profile ${id} is watched on ${instance}; recert profiles list shows which are.`,
  );
}

async function show(
  { computers, limits, wholeScopes, now }: WholeScopePorts,
  { watched, profile }: { watched: WatchedProfile; profile: ProfileDetails },
): Promise<Answer> {
  const { instance, name, policy } = watched;
  const at = now();
  const blast = measureBlast(profile, watched, at);
  let cursor: string | undefined;
  do {
    const page = await computers.list(instance, { cursor, limit: PAGE });
    page.computers.forEach(blast.add);
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  const radius = blast.radius();
  const [paused, { breaker, hold }, last] = await Promise.all([
    limits.paused(instance),
    limits.rails(instance, name, railPolicyOf(policy), at),
    wholeScopes.last(instance, profile.id),
  ]);
  const lastAt = last?.at ?? null;
  return {
    dryRun: true,
    instance,
    profile: name,
    id: profile.id,
    title: profile.name,
    half: profile.id === watched.blue.id ? 'blue' : 'green',
    ...radius,
    hourlyCap: policy.hourlyCap,
    lastAt,
    refusal: refuseWholeScope({ watched, radius, paused, breaker, hold, lastAt, now: at }),
  };
}

function notAsTyped({ title, computers }: Answer, request: Request): string | null {
  if (request.profileName !== title)
    return `The name that was typed is not that of the profile. Look at the dry run first, then type the name as it stands there.`;
  if (request.computers !== computers)
    return `The number that was typed (${request.computers}) is not the number of Macs in scope. Look at the dry run again: it may have changed.`;
  return null;
}

/** The place is taken before the call. It is given back only when Jamf certainly did nothing: what may have been done counts as done. */
async function once(
  { wholeScopes, now }: WholeScopePorts,
  who: Principal,
  { jamf, shown, reason }: { jamf: WholeScopeConnection; shown: Answer; reason: string },
): Promise<void> {
  const { instance, id, computers } = shown;
  const done = { by: who.name, reason, at: now(), computers };
  if (!(await wholeScopes.claim(instance, id, done, WHOLE_SCOPE_EVERY_MS)))
    throw new Problem('refused', 'Somebody has just done this.');
  try {
    await jamf.redeployToWholeScope(id);
  } catch (error) {
    if (error instanceof JamfError && !error.inDoubt) await wholeScopes.release(instance, id);
    tellJamf(error);
  }
}

function tellJamf(error: unknown): never {
  if (!(error instanceof JamfError)) throw error;
  const doubt = error.inDoubt
    ? ' It may have been done all the same: look at the commands of a Mac in Jamf Pro. It counts as done.'
    : '';
  throw new Problem('jamf-failed', `${error.message}${doubt}`);
}
