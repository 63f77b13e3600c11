import type { Assessment } from '../assessment.js';
import type { KnownComputer } from '../known.js';

/** The Macs in scope of a watched profile that reported inventory without a certificate for too long. */
export interface Missing {
  computers: number;
  /** Serial numbers (or Jamf Pro IDs) of the Macs that have been without a certificate longest. */
  examples: readonly string[];
  /** Setting `missing`, milliseconds. */
  afterMs: number;
}

/** Maximum number of `examples`. */
export const MOST_EXAMPLES = 5;

/**
 * Returns when Recert first found a Mac in scope without a certificate, by name of the watched profile;
 * `undefined` when no certificate is missing. The time is that of an assessment by Recert, because Jamf Pro does not
 * report when a Mac entered a scope. After a new enrollment, the time starts again, because Jamf Pro then installs all profiles anew.
 */
export function missingSince(
  before: KnownComputer | null,
  after: KnownComputer,
  { assessments, now }: { assessments: Readonly<Record<string, Assessment>>; now: number },
): Readonly<Record<string, number>> | undefined {
  const isSame = before?.enrolledAt === after.enrolledAt && before.managementId === after.managementId;
  const missing = Object.entries(assessments).filter(
    ([, { inScope, unknown }]) => inScope && unknown === 'no-certificate',
  );
  if (missing.length === 0) return undefined;
  return Object.fromEntries(
    missing.map(([name]) => [name, (isSame ? before.missingSince?.[name] : undefined) ?? now]),
  );
}

/**
 * Returns for how long inventory has shown no certificate, milliseconds; `null` when it shows one. The duration ends
 * with the last inventory report, because a Mac may have received its certificate after that report.
 */
export function missingMs(
  { reportedAt, missingSince: since }: Pick<KnownComputer, 'reportedAt' | 'missingSince'>,
  profile: string,
): number | null {
  const begun = since?.[profile];
  return begun === undefined || reportedAt === null ? null : Math.max(0, reportedAt - begun);
}
