import { COMMON_CAUSE_TEXT, commonCauseOf } from './common-cause.js';
import { type Attempt, lastAttempt, type Redistribution } from '../record.js';

/** Thresholds at which the circuit breaker of a watched profile opens. */
export interface BreakerPolicy {
  /** Number of consecutive failed attempts that opens the circuit breaker. */
  readonly inARow: number;
  /** Number of Macs with the same error text that opens the circuit breaker. */
  readonly sameError: number;
  /** Share of failed attempts, among the last `of` attempts, that opens the circuit breaker. */
  readonly share: number;
  readonly of: number;
}

/** Result of one attempt. `installed`: the Mac acknowledged the command, and the renewal is not proven yet. */
export interface Result {
  computerId: string;
  outcome: 'installed' | 'verified' | 'error' | 'unproven' | 'no-command' | 'lost';
  error: string;
  at: number;
  /** Identifies the attempt, so that its late verification replaces its failure. */
  attempt?: string | undefined;
  /** Only for `lost`, when the Mac has neither profile. `isOurs`: whether a write of Recert caused this. */
  loss?: { isOurs: boolean; text: string } | undefined;
}

/**
 * An open circuit breaker: no redistribution of the watched profile starts until a user resumes renewals. `text`: sentences with the
 * cause and what to do.
 */
export interface Breaker {
  reason: 'lost-profile' | 'same-error' | 'in-a-row' | 'share' | 'due-rush' | 'coverage' | 'secret-reset';
  text: string;
  at: number;
}

/**
 * Returns the result that becomes known with this change of a record; `null` when there is none. An acknowledged attempt counts as
 * installed at once. Failures are known at once, but inventory proves a success only days later, so the first results of a fleet would
 * otherwise all be failures. A later proof adds no second result. Inventory without the certificate replaces the result (see `latest`).
 * An attempt whose Mac installed the profile and then reported no inventory does not count as a failure: with weekly inventory, this
 * happens on about 4 % of Macs and would open the breaker every week.
 */
export function resultOf(before: Redistribution, after: Redistribution): Result | null {
  const attempt = lastAttempt(after);
  if (attempt === null) return null;
  if (after.loss !== undefined) {
    const { at, isOurs, text } = after.loss;
    if (before.loss === undefined)
      return { computerId: after.computerId, outcome: 'lost', error: '', at, loss: { isOurs, text } };
  }
  const { computerId, state, since: at, proof, settlement } = after;
  // If a verified certificate is no longer on the Mac before the old profile is removed, the attempt no longer
  // counts as a success.
  if (settlement?.lostAt !== undefined && before.settlement?.lostAt === undefined)
    return proof?.credit === 'recert' && after.loss === undefined
      ? { computerId, outcome: 'lost', error: '', at: settlement.lostAt }
      : null;
  if (state === 'verifying' && before.state !== 'verifying' && isAcknowledged(attempt))
    return { computerId, outcome: 'installed', error: '', at };
  if (state === 'verified' && before.state !== 'verified')
    return proof?.credit === 'recert' && !isInstalled(before, attempt)
      ? { computerId, outcome: 'verified', error: '', at, attempt: nameOf(after, attempt) }
      : null;
  const earlier = before.attempts.find(({ number }) => number === attempt.number);
  const { outcome, error, unreported, doubtedAt } = attempt;
  if (doubtedAt !== undefined && earlier?.doubtedAt === undefined)
    return { computerId, outcome: 'unproven', error: '', at: doubtedAt, attempt: nameOf(after, attempt) };
  if ((earlier?.outcome ?? null) !== null || outcome === null || outcome === 'cancelled') return null;
  if (unreported || (outcome === 'unproven' && doubtedAt !== undefined)) return null;
  return { computerId, outcome, error, at, attempt: nameOf(after, attempt) };
}

function nameOf({ id }: Redistribution, { number }: Attempt): string {
  return `${id}/${number}`;
}

/**
 * Returns the change of the number of Macs that completed their canary wave: 1 when the certificate is proven, or
 * when the wait for its proof ended without a report of the Mac; -1 when a counted Mac turns out to have no certificate.
 */
export function canaryChange(before: Redistribution, after: Redistribution): -1 | 0 | 1 {
  const attempt = lastAttempt(after);
  const earlier = before.attempts.find(({ number }) => number === attempt?.number);
  if (attempt === null) return 0;
  const { passedAt, outcome } = attempt;
  if (passedAt !== undefined && earlier?.passedAt === undefined) return 1;
  const { state, proof, settlement } = after;
  if (after.loss !== undefined && before.loss === undefined)
    return before.state === 'verified' && proof?.credit === 'recert' ? -1 : 0;
  if (settlement?.lostAt !== undefined && before.settlement?.lostAt === undefined)
    return proof?.credit === 'recert' && after.loss === undefined ? -1 : 0;
  if (state === 'verified' && before.state !== 'verified')
    return proof?.credit === 'recert' && passedAt === undefined ? 1 : 0;
  const isUnproven = outcome === 'unproven' && (earlier?.outcome ?? null) === null;
  return passedAt !== undefined && isUnproven && !attempt.unreported ? -1 : 0;
}

/**
 * Factors for full operation, after the canary. Up to `FULL_RANGE` × `of` results are evaluated, and the circuit breaker opens only at
 * `FULL_LEAST` times as many failures as during the canary, or more.
 */
const FULL_RANGE = 5;
const FULL_LEAST = 2;

/** Returns the number of latest results that are evaluated. */
export function judgedResults({ of }: BreakerPolicy): number {
  return FULL_RANGE * of;
}

/**
 * Returns the open breaker if the results require it; otherwise `null`. `results`: all results since the breaker was last closed, newest
 * first. Consecutive failures count anywhere in the list, because the check may run late and a newer success must not hide them.
 *
 * During the canary, and until `of` results are known, small numbers of failures open the breaker, because renewals must stop at once if
 * the CA fails. In full operation (`full`), shares decide. If 2 of 100 certificate requests fail at random, three failures among twenty
 * results occur about every 160 results. That would stop a healthy fleet of 10,000 Macs about sixty times.
 */
export function judgeResults(
  results: readonly Result[],
  policy: BreakerPolicy,
  { profile, full }: { profile: string; full: boolean },
): Breaker | null {
  const known = latest(withoutProven(results.slice(0, judgedResults(policy))));
  if (full && known.length >= policy.of)
    return (
      lostProfile(known.slice(0, policy.of), profile) ??
      inARow(known.slice(0, policy.of), { inARow: FULL_LEAST * policy.inARow }, profile) ??
      shareFailed(
        known,
        Math.max(policy.share * known.length, FULL_LEAST * policy.share * policy.of),
        profile,
      )
    );
  const recent = known.slice(0, policy.of);
  return (
    lostProfile(recent, profile) ??
    sameError(recent, policy, profile) ??
    inARow(recent, policy, profile) ??
    (recent.length < policy.of ? null : shareFailed(recent, policy.share * policy.of, profile))
  );
}

/** Returns the results without those that counted as failed for lack of evidence, if the attempt was verified later. */
function withoutProven(results: readonly Result[]): readonly Result[] {
  if (!results.some(lacksEvidence)) return results;
  const verified = new Set(
    results.flatMap(({ outcome, attempt }) => (outcome === 'verified' && attempt ? [attempt] : [])),
  );
  return results.filter((result) => !(verified.has(result.attempt ?? '') && lacksEvidence(result)));
}

function lacksEvidence({ outcome }: Result): boolean {
  return outcome === 'no-command' || outcome === 'unproven';
}

/**
 * Opens the circuit breaker when a write of Recert removed the last profile of a Mac. One Mac is enough, because the next Macs would lose
 * their profiles, too.
 */
function lostProfile(results: readonly Result[], profile: string): Breaker | null {
  const found = results.find(({ loss }) => loss?.isOurs === true);
  if (found?.loss === undefined) return null;
  return {
    reason: 'lost-profile',
    text: `${found.loss.text} (${profile}). Check the scopes of both profiles and the groups in the configuration with \`recert doctor\`. Make sure that the Mac has a profile again. Then run \`recert resume\`.`,
    at: found.at,
  };
}

/** Removes `installed` results for which a later result of the same Mac shows that the certificate is missing. */
function latest(results: readonly Result[]): readonly Result[] {
  const replaced = new Set<string>();
  return results.filter(({ computerId, outcome }) => {
    if (outcome === 'unproven' || outcome === 'lost') replaced.add(computerId);
    return outcome !== 'installed' || !replaced.delete(computerId);
  });
}

/** Whether an attempt already counts as installed, so that its proof adds no result. */
function isInstalled(before: Redistribution, attempt: Attempt): boolean {
  return before.state === 'verifying' && isAcknowledged(attempt) && attempt.doubtedAt === undefined;
}

function isAcknowledged({ command }: Attempt): boolean {
  return command?.state === 'ACKNOWLEDGED';
}

function isGood({ outcome }: Result): boolean {
  return outcome === 'installed' || outcome === 'verified';
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
        `${known.size} Macs failed with the same error (${profile}): ${error} ${fixThenResume(error)}`,
      );
  }
  return null;
}

function inARow(
  results: readonly Result[],
  { inARow: most }: Pick<BreakerPolicy, 'inARow'>,
  profile: string,
) {
  const run: Result[] = [];
  for (const result of results) {
    if (isGood(result)) run.length = 0;
    else run.push(result);
    if (run.length >= most)
      return opened(
        'in-a-row',
        results,
        `${run.length} consecutive attempts failed (${profile}): ${run.map(describe).join('; ')}. ${fixThenResume(run.map(({ error }) => error).join(' '))}`,
      );
  }
  return null;
}

function shareFailed(results: readonly Result[], most: number, profile: string) {
  const bad = results.filter((result) => !isGood(result));
  if (bad.length < most) return null;
  return opened(
    'share',
    results,
    `${bad.length} of the last ${results.length} attempts failed (${profile}): ${describe(bad[0] ?? results[0])} and others. ${fixThenResume(bad.map(({ error }) => error).join(' '))}`,
  );
}

function opened(reason: Breaker['reason'], results: readonly Result[], text: string): Breaker {
  return { reason, text, at: results[0]?.at ?? 0 };
}

const OUTCOME_TEXT: Record<Result['outcome'], string> = {
  installed: 'acknowledged',
  verified: 'verified',
  error: 'InstallProfile failed',
  unproven: 'InstallProfile acknowledged, but no new certificate in inventory',
  'no-command': 'Jamf Pro sent no InstallProfile command',
  lost: 'the new certificate was verified and later disappeared from the Mac',
};

function describe(result: Result | undefined): string {
  if (result === undefined) return '';
  return (
    result.loss?.text ?? `computer ${result.computerId}: ${result.error || OUTCOME_TEXT[result.outcome]}`
  );
}

/** Normalizes an error text for comparison: numbers and identifiers, which differ from Mac to Mac, are replaced. */
export function likenessOf(error: string): string {
  return error.toLowerCase().replaceAll(/[0-9a-f-]{8,}|\d+/g, '#');
}

/** Advice on what to check, by error text. The patterns match the known error messages of macOS and Okta. */
const ADVICE: readonly [RegExp, string][] = [
  [
    /challenge|password|15001(?!.*common name)/i,
    'Check whether the SCEP challenge was reset in Okta, and compare it with the challenge in the Jamf Pro profile.',
  ],
  [
    /longer than 64|common name|subject/i,
    'Check that the subject has at most 64 characters; if not, shorten it in the profile.',
  ],
  [/429|too many requests/i, 'The CA limits requests. Lower hourlyCap.'],
  [
    /trust|issuer|CA certificate|fingerprint/i,
    'Check whether the CA certificate was renewed. The profile must contain the new one.',
  ],
  [
    /contact|network|connection|timed out|50\d/i,
    'Check that Macs can reach the SCEP server, and check the Okta status page.',
  ],
];

function fixThenResume(text: string): string {
  return `${adviceFor(text)} Then run \`recert resume\`.`;
}

/** Returns the common cause, if there is one, and what to check for an error text: up to three sentences. */
export function adviceFor(text: string): string {
  const found = ADVICE.find(([pattern]) => pattern.test(text))?.[1];
  const cause = commonCauseOf(text);
  const advice =
    found ??
    'Check the command history of one of these Macs in Jamf Pro, then the SCEP settings of the profile.';
  return cause === null ? advice : `${COMMON_CAUSE_TEXT[cause]} ${advice}`;
}

/** How many Macs of a watched profile were in scope, due or unknown on one day. */
export interface FleetCount {
  at: number;
  inScope: number;
  /** Number of Macs whose certificate is due, overdue or expired. */
  due: number;
  /** Number of Macs that will be due at the next count, calculated from the expiry of their certificates. */
  expected?: number | undefined;
  unknown: number;
}

/** If fewer Macs than this are due (or, for coverage, in scope), a sudden change is not significant. */
const LEAST_DUE = 20;
/**
 * Opens the circuit breaker when more Macs are due than this factor times the larger of two numbers: the Macs that
 * were due the day before, and the Macs that were expected to be due now.
 */
const RUSH = 3;
/** Opens the circuit breaker when the share of Macs with known status falls by more than this within a day. */
const COVERAGE_DROP = 0.1;

/**
 * Opens the circuit breaker when the fleet has changed since the day before in a way that suggests an error in
 * configuration or data.
 */
export function judgeFleet(before: FleetCount, now: FleetCount, profile: string): Breaker | null {
  const likely = Math.max(before.due, before.expected ?? 0);
  if (now.due >= LEAST_DUE && now.due > RUSH * likely && before.inScope > 0)
    return {
      reason: 'due-rush',
      text: `${now.due} Macs are due, up from ${before.due} the day before (${profile}). Check whether the renewal window was extended, the profile changed, or inventory is wrong. Check a few of these Macs, then run \`recert resume\`.`,
      at: now.at,
    };
  const drop = coverage(before) - coverage(now);
  if (before.inScope >= LEAST_DUE && now.inScope > 0 && drop > COVERAGE_DROP)
    return {
      reason: 'coverage',
      text: `certificate status is known for ${percent(coverage(now))} of Macs, down from ${percent(coverage(before))} the day before (${profile}). Check that Jamf Pro still collects certificates in inventory and that the certificate subject still matches the profile. Then run \`recert resume\`.`,
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
