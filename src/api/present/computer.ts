import { describeAssessment } from '../../application/fleet/describe-assessment.js';
import type { z } from 'zod';
import { assess, listedStateOf } from '../../domain/assess.js';
import { matchingCertificates } from '../../domain/certificate.js';
import type { KnownComputer } from '../../domain/known.js';
import { judgeRequest } from '../../domain/redistribution/request/request.js';
import type { WatchedProfile } from '../../domain/watched.js';
import type { computerDetail, computerPage } from '../../contract/resources/computer.js';
import type { ApiServices } from '../server/services.js';

type Detail = z.input<typeof computerDetail>;
type Summary = z.input<typeof computerPage>['computers'][number];

/** Converts a stored Mac to an item of a list, with the state of its certificate for each watched profile. */
export function summaryOf(
  instance: string,
  computer: KnownComputer,
  watched: readonly WatchedProfile[],
  now: number,
): Summary {
  return {
    ...computer,
    instance,
    states: watched.map((profile) => {
      const { state, expiresAt, dueAt } = assessmentOf(computer, profile, now);
      return { profile: profile.name, state, expiresAt, dueAt };
    }),
  };
}

/** Returns all data of a Mac, and for each watched profile whether a redistribution could be requested now. */
export async function detailOf(
  instance: string,
  computer: KnownComputer,
  watched: readonly WatchedProfile[],
  { redistributions, limits, now: clock }: Pick<ApiServices, 'redistributions' | 'limits' | 'now'>,
): Promise<Detail> {
  const now = clock();
  const paused = await limits.paused(instance);
  const perProfile = await Promise.all(
    watched.map(async (profile) => {
      const [open, last] = await Promise.all([
        redistributions.openFor(instance, profile.name, computer.id),
        redistributions.lastFor(instance, profile.name, computer.id),
      ]);
      const assessment = assess(computer, profile, now);
      const facts = { computer, assessment, watched: profile, open, paused, now };
      const judged = (override: boolean) =>
        judgeRequest({ ...facts, overrides: { hourlyCap: override, canary: override } });
      // `allowed`: whether a request that sets all overrides would be accepted. `sentence` names the overrides that
      // such a request would need.
      const possible = {
        profile: profile.name,
        allowed: judged(true).allowed,
        sentence: judged(false).sentence,
      };
      return { open, last, possible };
    }),
  );
  return {
    ...computer,
    instance,
    assessments: watched.map((profile) => assessmentOf(computer, profile, now)),
    open: perProfile.flatMap(({ open }) => open ?? []),
    last: perProfile.flatMap(({ last }) => last ?? []),
    redistribute: perProfile.map(({ possible }) => possible),
  };
}

/** Assesses a Mac for one profile at the time `now`. The stored assessment is not used, because it may be out of date. */
function assessmentOf(
  computer: KnownComputer,
  watched: WatchedProfile,
  now: number,
): Detail['assessments'][number] & { expiresAt: number | null } {
  const assessment = assess(computer, watched, now);
  return {
    ...assessment,
    profile: watched.name,
    state: listedStateOf(assessment),
    sentence: describeAssessment(assessment, now) + reachOf(computer),
    siblings: matchingCertificates(computer.certificates, watched, now).slice(1),
    expiresAt: assessment.certificate?.expiresAt ?? null,
  };
}

/**
 * Returns a warning if no MDM command can reach the Mac, because its certificate then cannot be renewed; otherwise
 * `''`.
 */
function reachOf({ managed, mdmCapable }: KnownComputer): string {
  return managed && mdmCapable
    ? ''
    : ` Jamf Pro cannot renew it: the Mac is not ${managed ? 'MDM-capable' : 'managed'}.`;
}
