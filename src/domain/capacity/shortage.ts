import { isNativeOnly, type WatchedProfile } from '../watched.js';
import type { Shortage } from './chosen.js';

/** The shortage of a watched profile; `null` when the capacity suffices, or when Jamf Pro alone sends the profile. */
export function shortageIn({
  policy,
  chosen,
}: Pick<WatchedProfile, 'chosen'> & {
  policy: Pick<WatchedProfile['policy'], 'mechanisms'>;
}): Shortage | null {
  return isNativeOnly(policy) ? null : (chosen?.shortage ?? null);
}

/** Says how many Macs will be late, and from which day on. */
export function shortageText({ at, computers }: Pick<Shortage, 'at' | 'computers'>): string {
  const macs = computers === 1 ? '1 Mac' : `${computers.toLocaleString('en')} Macs`;
  return `From ${new Date(at).toISOString().slice(0, 10)} on, ${macs} will be overdue while waiting, even with the largest capacity that the configuration allows.`;
}

/** Says what makes the capacity sufficient. `chosen`: Recert chooses the limits; otherwise the configuration sets at least one. */
export function shortageRemedy({
  neededCaLimit,
  chosen,
}: Pick<Shortage, 'neededCaLimit'> & { chosen: boolean }): string {
  const explicit = chosen ? '' : 'Remove `hourlyCap` and `inFlight`, so that Recert chooses both. ';
  if (neededCaLimit === null)
    return chosen
      ? 'No value of `capacity.caLimit` is enough, because the certificates expire too soon. Spread enrollments over more days, and widen `window` for the next renewals.'
      : `${explicit}If that is not enough, spread enrollments over more days, or widen \`window\`.`;
  return `${explicit}Ask Okta whether the CA accepts ${neededCaLimit.toLocaleString('en')} requests an hour, and set \`capacity.caLimit\` to that number. Or widen \`window\`, or spread enrollments over more days.`;
}
