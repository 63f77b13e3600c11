import { lastAttempt, type Redistribution } from '../record.js';

/** When the breaker of a watched profile opens. */
export interface BreakerPolicy {
  /** So many attempts one after the other that brought no certificate. */
  readonly inARow: number;
  /** The same error text on so many Macs. */
  readonly sameError: number;
  /** This share of the last `of` attempts. */
  readonly share: number;
  readonly of: number;
}

/** How one attempt ended. */
export interface Result {
  computerId: string;
  outcome: 'verified' | 'error' | 'unproven' | 'no-command';
  error: string;
  at: number;
}

/** Why nothing is triggered for a watched profile until a person has looked; `text` is for that person. */
export interface Breaker {
  reason: 'same-error' | 'in-a-row' | 'share' | 'due-rush' | 'coverage';
  text: string;
  at: number;
}

/**
 * What a change of a record says about how an attempt ended; `null` when none ended by it. A late proof is a proof. A Mac that took the
 * profile and went away before it reported inventory says nothing: with inventory once a week four of a hundred do, and would open the
 * breaker every week.
 */
export function resultOf(before: Redistribution, after: Redistribution): Result | null {
  const attempt = lastAttempt(after);
  if (attempt === null) return null;
  const { computerId, state, since: at, proof } = after;
  if (state === 'verified' && before.state !== 'verified')
    return proof?.credit === 'recert' ? { computerId, outcome: 'verified', error: '', at } : null;
  const earlier = before.attempts.find(({ number }) => number === attempt.number)?.outcome ?? null;
  const { outcome, error, unreported } = attempt;
  if (earlier !== null || outcome === null || outcome === 'cancelled' || unreported) return null;
  return { computerId, outcome, error, at };
}

/**
 * Whether these results, newest first, all since the breaker was last closed, open it. They may be looked at late: three failures in a
 * row count wherever they stand, so that a success that comes in between does not hide them.
 */
export function judgeResults(
  results: readonly Result[],
  policy: BreakerPolicy,
  profile: string,
): Breaker | null {
  const recent = results.slice(0, policy.of);
  return (
    sameError(recent, policy, profile) ?? inARow(recent, policy, profile) ?? tooMany(recent, policy, profile)
  );
}

function sameError(results: readonly Result[], { sameError: most }: BreakerPolicy, profile: string) {
  const macs = new Map<string, Set<string>>();
  for (const { error, computerId } of results) {
    if (error === '') continue;
    const likeness = likenessOf(error);
    const known = (macs.get(likeness) ?? new Set()).add(computerId);
    macs.set(likeness, known);
    if (known.size >= most)
      return opened(
        'same-error',
        results,
        `${known.size} Macs failed with the same error (${profile}): ${error} ${mendThenResume(error)}`,
      );
  }
  return null;
}

function inARow(results: readonly Result[], { inARow: most }: BreakerPolicy, profile: string) {
  let run: Result[] = [];
  for (const result of results) {
    run = result.outcome === 'verified' ? [] : [...run, result];
    if (run.length >= most)
      return opened(
        'in-a-row',
        results,
        `${run.length} attempts one after the other brought no certificate (${profile}): ${run.map(told).join('; ')}. ${mendThenResume(run.map(({ error }) => error).join(' '))}`,
      );
  }
  return null;
}

function tooMany(results: readonly Result[], { share, of }: BreakerPolicy, profile: string) {
  if (results.length < of) return null;
  const bad = results.filter(({ outcome }) => outcome !== 'verified');
  if (bad.length < share * of) return null;
  return opened(
    'share',
    results,
    `${bad.length} of the last ${of} attempts brought no certificate (${profile}): ${told(bad[0] ?? results[0])} and others. ${mendThenResume(bad.map(({ error }) => error).join(' '))}`,
  );
}

function opened(reason: Breaker['reason'], results: readonly Result[], text: string): Breaker {
  return { reason, text, at: results[0]?.at ?? 0 };
}

const TOLD: Record<Result['outcome'], string> = {
  verified: 'verified',
  error: 'the install failed',
  unproven: 'acknowledged, and no new certificate in inventory',
  'no-command': 'Jamf sent no InstallProfile',
};

function told(result: Result | undefined): string {
  if (result === undefined) return '';
  return `computer ${result.computerId}: ${result.error || TOLD[result.outcome]}`;
}

/** Numbers and identifiers differ from Mac to Mac; the rest of the text is the error. */
export function likenessOf(error: string): string {
  return error.toLowerCase().replaceAll(/[0-9a-f-]{8,}|\d+/g, '#');
}

/** What leads to the cause; what it is looked for in is Apple's and Okta's wording, as far as it is known. */
const ADVICE: readonly [RegExp, string][] = [
  [
    /challenge|password|15001(?!.*common name)/i,
    'Was the SCEP challenge reset in Okta? Compare it with the one in the profile in Jamf Pro.',
  ],
  [
    /longer than 64|common name|subject/i,
    'Is the subject longer than 64 characters? Shorten it in the profile.',
  ],
  [/429|too many requests/i, 'The CA limits requests: lower hourlyCap.'],
  [
    /trust|issuer|CA certificate|fingerprint/i,
    'Has the CA renewed its certificate? The profile must hold the new one.',
  ],
  [
    /contact|network|connection|timed out|50\d/i,
    'Can Macs reach the SCEP server? Look at the status of Okta.',
  ],
];

function mendThenResume(text: string): string {
  return `${adviceFor(text)} Then \`recert resume\`.`;
}

/** Where the cause of an error is to be looked for. */
export function adviceFor(text: string): string {
  const found = ADVICE.find(([pattern]) => pattern.test(text))?.[1];
  return (
    found ??
    'Look at one of these Macs: its command history in Jamf Pro, then the SCEP settings of the profile.'
  );
}

/** What is known of a fleet, once a day. */
export interface FleetCount {
  at: number;
  inScope: number;
  /** Due, overdue or expired. */
  due: number;
  unknown: number;
}

/** Below this many Macs a jump says nothing. */
const LEAST_DUE = 20;
const RUSH = 3;
const COVERAGE_DROP = 0.1;

/** Whether the fleet changed since the day before in a way that is more likely a mistake than the truth. */
export function judgeFleet(before: FleetCount, now: FleetCount, profile: string): Breaker | null {
  if (now.due >= LEAST_DUE && now.due > RUSH * before.due && before.inScope > 0)
    return {
      reason: 'due-rush',
      text: `${now.due} Macs are due, ${before.due} were the day before (${profile}): was the window widened, did the profile change, or is inventory wrong? Look at a few of them, then \`recert resume\`.`,
      at: now.at,
    };
  const drop = coverage(before) - coverage(now);
  if (before.inScope >= LEAST_DUE && now.inScope > 0 && drop > COVERAGE_DROP)
    return {
      reason: 'coverage',
      text: `something can be said of ${percent(coverage(now))} of the Macs, of ${percent(coverage(before))} the day before (${profile}): is certificate inventory still collected, and does the subject still name the profile? Then \`recert resume\`.`,
      at: now.at,
    };
  return null;
}

function coverage({ inScope, unknown }: FleetCount): number {
  return inScope === 0 ? 1 : (inScope - unknown) / inScope;
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
