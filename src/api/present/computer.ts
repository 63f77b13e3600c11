import { sentenceOf } from '../../application/fleet/describe-assessment.js';
import type { z } from 'zod';
import { assess, listedAs } from '../../domain/assess.js';
import { matchingCertificates } from '../../domain/certificate.js';
import type { KnownComputer } from '../../domain/known.js';
import { judgeRequest } from '../../domain/redistribution/request/request.js';
import type { WatchedProfile } from '../../domain/watched.js';
import type { computerDetail, computerPage } from '../../contract/resources/computer.js';
import type { ApiServices } from '../server/services.js';

type Detail = z.input<typeof computerDetail>;
type Summary = z.input<typeof computerPage>['computers'][number];

/** A Mac as a list shows it. */
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

/** Everything that is known of a Mac, and what a person who asks for a redistribution would be told. */
export async function detailOf(
  instance: string,
  computer: KnownComputer,
  watched: readonly WatchedProfile[],
  { redistributions, limits, now: clock }: Pick<ApiServices, 'redistributions' | 'limits' | 'now'>,
): Promise<Detail> {
  const now = clock();
  const paused = await limits.paused(instance);
  const looks = await Promise.all(
    watched.map(async (profile) => {
      const [open, last] = await Promise.all([
        redistributions.openFor(instance, profile.name, computer.id),
        redistributions.lastFor(instance, profile.name, computer.id),
      ]);
      const assessment = assess(computer, profile, now);
      const facts = { computer, assessment, watched: profile, open, paused, now };
      const judged = (goesPast: boolean) =>
        judgeRequest({ ...facts, overrides: { hourlyCap: goesPast, canary: goesPast } });
      // Allowed is what a person may at most; the sentence says what they have to go past for it.
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
    open: looks.flatMap(({ open }) => open ?? []),
    last: looks.flatMap(({ last }) => last ?? []),
    redistribute: looks.map(({ possible }) => possible),
  };
}

/** What is decided about a Mac for one profile, with a sentence. Time has gone on since it was stored, so it is decided again. */
function assessmentOf(
  computer: KnownComputer,
  watched: WatchedProfile,
  now: number,
): Detail['assessments'][number] & { expiresAt: number | null } {
  const assessment = assess(computer, watched, now);
  return {
    ...assessment,
    profile: watched.name,
    state: listedAs(assessment),
    sentence: sentenceOf(assessment, now) + reachOf(computer),
    siblings: matchingCertificates(computer.certificates, watched, now).slice(1),
    expiresAt: assessment.certificate?.expiresAt ?? null,
  };
}

/** Without MDM nothing renews a certificate, whatever its date. */
function reachOf({ managed, mdmCapable }: KnownComputer): string {
  return managed && mdmCapable
    ? ''
    : ` Jamf cannot renew it: the Mac is not ${managed ? 'MDM capable' : 'managed'}.`;
}
