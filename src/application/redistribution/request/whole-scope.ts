import type { z } from 'zod';
import type { ProfileDetails } from '../../../domain/profile.js';
import {
  measureWholeScope,
  refuseWholeScope,
  WHOLE_SCOPE_EVERY_MS,
} from '../../../domain/redistribution/request/whole-scope.js';
import { profilesOf, type WatchedProfile } from '../../../domain/watched.js';
import { JamfError } from '../../../domain/jamf-error.js';
import { safetyLimitPolicyOf } from '../../../domain/redistribution/safety-limits/policy.js';
import { audited } from '../../audit/audited.js';
import { Problem } from '../../../contract/problem.js';
import type { Principal } from '../../../contract/roles.js';
import type { wholeScopeAnswer, wholeScopeRequest } from '../../../contract/resources/whole-scope.js';
import type { Ports, WholeScopeConnection } from '../../ports.js';
import { resolveProfiles } from '../../fleet/resolve-instance.js';

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
 * Redistributes a profile to its entire scope at once, or returns a preview (`dryRun`). The user must confirm the
 * name of the profile and the number of Macs. The action is possible once in 30 days per profile. Name and scope are
 * read from Jamf Pro for each request, so the confirmation is compared with the current values.
 */
export async function redistributeWholeScope(
  services: WholeScopePorts,
  who: Principal,
  { instance, id, request }: { instance: string; id: string; request: Request },
): Promise<Answer> {
  const watched = await watchedHalf(services, instance, id);
  const settings = services.config.instances[instance];
  if (settings === undefined)
    throw new Problem('not-found', `No Jamf Pro server named ${instance} is configured.`);
  const jamf = services.connectWholeScope(instance, settings);
  try {
    const profile = await jamf.readProfile(id).catch(throwJamfProblem);
    const shown = await preview(services, { watched, profile });
    if (request.dryRun) return shown;
    const act = {
      action: 'redistribute-scope' as const,
      instance,
      reason: request.reason,
      computers: shown.computers,
      subjects: [`${shown.title} (${id})`],
    };
    return await audited(services, who, act, async () => {
      const refusal = shown.refusal ?? confirmationError(shown, request);
      if (refusal !== null) throw new Problem('refused', refusal);
      await redeployOnce(services, who, { jamf, shown, reason: request.reason });
      const result = `InstallProfile of ${shown.title} sent to ${shown.computers} Macs.`;
      return { value: { ...shown, dryRun: false }, outcome: 'done', result };
    });
  } finally {
    jamf.close();
  }
}

async function watchedHalf(services: WholeScopePorts, instance: string, id: string): Promise<WatchedProfile> {
  const watched = await resolveProfiles(services, instance, undefined);
  const found = watched.find((one) => profilesOf(one).some((profile) => profile.id === id));
  if (found) return found;
  throw new Problem(
    'not-found',
    `No watched profile ${id} on ${instance}. \`recert profiles list\` shows the watched profiles.`,
  );
}

async function preview(
  { computers, limits, wholeScopes, now }: WholeScopePorts,
  { watched, profile }: { watched: WatchedProfile; profile: ProfileDetails },
): Promise<Answer> {
  const { instance, name, policy } = watched;
  const at = now();
  const blast = measureWholeScope(profile, watched, at);
  let cursor: string | undefined;
  do {
    const page = await computers.list(instance, { cursor, limit: PAGE });
    page.computers.forEach(blast.add);
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  const radius = blast.radius();
  const [paused, { breaker, hold }, last] = await Promise.all([
    limits.paused(instance),
    limits.safetyLimits(instance, name, safetyLimitPolicyOf(policy), at),
    wholeScopes.last(instance, profile.id),
  ]);
  const lastAt = last?.at ?? null;
  return {
    dryRun: true,
    instance,
    profile: name,
    id: profile.id,
    title: profile.name,
    half: watched.green === null ? null : profile.id === watched.blue.id ? 'blue' : 'green',
    ...radius,
    hourlyCap: policy.hourlyCap,
    lastAt,
    refusal: refuseWholeScope({ watched, radius, paused, breaker, hold, lastAt, now: at }),
  };
}

function confirmationError({ title, computers }: Answer, request: Request): string | null {
  if (request.profileName !== title)
    return 'The confirmed name does not match the name of the profile. Check the dry run and enter the name exactly as it is shown there.';
  if (request.computers !== computers)
    return `The confirmed number (${request.computers}) does not match the number of Macs in scope. Check the dry run again: the number may have changed.`;
  return null;
}

/**
 * Reserves the profile for 30 days before the call. The reservation is deleted only if Jamf Pro certainly did
 * nothing. If the result of the call is unclear, the action counts as done.
 */
async function redeployOnce(
  { wholeScopes, now }: WholeScopePorts,
  who: Principal,
  { jamf, shown, reason }: { jamf: WholeScopeConnection; shown: Answer; reason: string },
): Promise<void> {
  const { instance, id, computers } = shown;
  const done = { by: who.name, reason, at: now(), computers };
  if (!(await wholeScopes.claim(instance, id, done, WHOLE_SCOPE_EVERY_MS)))
    throw new Problem('refused', 'Another user has just sent this profile to its entire scope.');
  try {
    await jamf.redeployToWholeScope(id);
  } catch (error) {
    if (error instanceof JamfError && !error.inDoubt) await wholeScopes.release(instance, id);
    throwJamfProblem(error);
  }
}

function throwJamfProblem(error: unknown): never {
  if (!(error instanceof JamfError)) throw error;
  const doubt = error.inDoubt
    ? ' The action may have taken effect and counts as done. Check the commands of a Mac in Jamf Pro.'
    : '';
  throw new Problem('jamf-failed', `${error.message}${doubt}`);
}
