import { likenessOf } from './safety-limits/circuit-breaker.js';
import { lastAttempt, type Redistribution } from './record.js';

/** Kinds of failure. `jamf`: calls to Jamf Pro fail. `other`: none of the others. */
export const FAILURES = ['error', 'unproven', 'no-command', 'jamf', 'other'] as const;

/** Why a redistribution failed. */
export interface FailureCause {
  kind: (typeof FAILURES)[number];
  /** Error text from Jamf Pro or the Mac; `''` when there is none. */
  said: string;
  /** Equal for failures with the same cause; used to group them. */
  likeness: string;
}

/** Why the last attempt failed. Without a failed attempt: the error of the calls to Jamf Pro, or the last reason in the history. */
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
