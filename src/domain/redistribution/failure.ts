import { likenessOf } from './safety-limits/circuit-breaker.js';
import { lastAttempt, type Redistribution } from './record.js';

/** How redistributions fail. `jamf`: its calls fail. `other`: none of these. */
export const FAILURES = ['error', 'unproven', 'no-command', 'jamf', 'other'] as const;

/** Why a redistribution failed. */
export interface FailureCause {
  kind: (typeof FAILURES)[number];
  /** What Jamf or the Mac said; `''` when nothing was said. */
  said: string;
  /** Those with the same cause have the same. */
  likeness: string;
}

/** What made the last attempt fail; before any attempt, what Jamf fails with. */
export function causeOfFailure(
  record: Pick<Redistribution, 'attempts' | 'trouble' | 'history'>,
): FailureCause {
  const attempt = lastAttempt(record);
  if (attempt?.outcome === 'error') return cause('error', attempt.error);
  if (attempt?.outcome === 'unproven' || attempt?.outcome === 'no-command') return cause(attempt.outcome, '');
  if (record.trouble !== null) return cause('jamf', record.trouble.text);
  return cause('other', record.history.at(-1)?.why ?? '');
}

function cause(kind: FailureCause['kind'], said: string): FailureCause {
  return { kind, said, likeness: `${kind} ${likenessOf(said)}` };
}
