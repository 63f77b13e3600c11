import { type Attempt, lastAttempt, type Redistribution } from '../record.js';

/** Causes that concern all Macs of a profile: the CA limits requests, rejects the challenge, or fails. */
export type CommonCause = NonNullable<Attempt['uncharged']>;

/** Name of a common cause, as a sentence. */
export const COMMON_CAUSE_TEXT: Readonly<Record<CommonCause, string>> = {
  'ca-rate-limit': 'The cause concerns all Macs: the CA limits requests.',
  'wrong-challenge': 'The cause concerns all Macs: the SCEP challenge is wrong or was reset.',
  'ca-failure': 'The cause concerns all Macs: the CA fails.',
};

/** A subject that is too long concerns one Mac, although macOS reports it with the code of a rejected challenge. */
const OWN = /longer than 64|common name|subject/iu;

const PATTERNS: readonly (readonly [RegExp, CommonCause])[] = [
  [/\b429\b|too many requests/iu, 'ca-rate-limit'],
  [/challenge|shared secret/iu, 'wrong-challenge'],
  [/\b50[0234]\b|internal server error|bad gateway|service unavailable/iu, 'ca-failure'],
];

/** Returns the common cause that an error text of a Mac names; `null` when the cause may concern this Mac only. */
export function commonCauseOf(error: string): CommonCause | null {
  if (OWN.test(error)) return null;
  return PATTERNS.find(([pattern]) => pattern.test(error))?.[1] ?? null;
}

/** Number of attempts with a common cause that one redistribution is not charged for. Further ones count: the text may be misleading. */
const MOST_UNCHARGED = 10;

/** Returns the common cause of a failed attempt that must not be charged to the Mac; `null` when it must be charged. */
export function unchargedCause({ attempts }: Redistribution, error: string): CommonCause | null {
  const earlier = attempts.filter(({ uncharged }) => uncharged !== undefined).length;
  return earlier < MOST_UNCHARGED ? commonCauseOf(error) : null;
}

/** Whether the last attempt failed for a common cause and was not charged to the Mac. */
export function isUncharged(record: Pick<Redistribution, 'attempts'>): boolean {
  return lastAttempt(record)?.uncharged !== undefined;
}
