import { likenessOf } from './safety-limits/circuit-breaker.js';
import { lastAttempt, type NativeFailure, type Redistribution } from './record.js';

/**
 * Kinds of failure. `native`: the Redistribute Profile setting of Jamf Pro failed. `jamf`: calls to Jamf Pro fail. `other`: any other
 * cause.
 */
export const FAILURES = ['error', 'unproven', 'no-command', 'native', 'jamf', 'other'] as const;

/** Why a redistribution failed. */
export interface FailureCause {
  kind: (typeof FAILURES)[number];
  /** Error text from Jamf Pro or the Mac; `''` when there is none. */
  said: string;
  /** Text by which failures are grouped. It is identical for failures with the same cause. */
  likeness: string;
  /** Only for the kind `native`: why the Redistribute Profile setting failed. */
  native?: NativeFailure['cause'] | undefined;
}

/**
 * What a user can do when the Redistribute Profile setting of Jamf Pro failed, as part of a sentence: lower-case
 * start, no full stop.
 */
export const NATIVE_ADVICE: Readonly<Record<NativeFailure['cause'], string>> = {
  unmanaged: 're-enroll the Mac',
  'out-of-scope': 'add the Mac to the scope of the profile, or accept that its certificate expires',
  'install-failed': 'fix the cause of the error, then clear the failed command of the Mac in Jamf Pro',
  'subject-too-long': 'shorten the subject of the SCEP payload or the name of the Mac',
  'pending-command': 'have the Mac go online, so that it gets the command',
  unreported: 'wait for the next inventory report, or run sudo jamf recon on the Mac',
  unproven: 'compare the subject in the profile with the certificates of the Mac in Jamf Pro',
  offline: 'have the Mac go online',
  'stale-inventory':
    'run sudo jamf recon on the Mac, because Jamf Pro renews only certificates that are in inventory',
  'no-command':
    'check that Redistribute Profile is set in the SCEP payload, then redistribute to the whole scope, or exclude the Mac from the scope and include it again',
};

/** Says that a blueprint has taken over the profile, with the error text of the Mac. Part of a sentence. */
export function takenOverText(said: string): string {
  return `a blueprint has taken over the profile, so Jamf Pro cannot remove or replace it with MDM commands: ${said}. Remove the profile from the blueprint, or renew its certificate there`;
}

/**
 * Returns why the redistribution entered its current state. Later entries of the history, such as that the groups were
 * cleaned up, do not replace the reason. `''` when none is recorded.
 */
export function whyInState<State extends string>({
  state,
  history,
}: {
  state: State;
  history: readonly { from: State | null; to: State; why: string }[];
}): string {
  return (history.findLast(({ from, to }) => to === state && from !== state) ?? history.at(-1))?.why ?? '';
}

/**
 * Returns why the last attempt failed. If no attempt failed, returns the error of the calls to Jamf Pro, or the
 * reason of the current state.
 */
export function causeOfFailure(
  record: Pick<Redistribution, 'attempts' | 'trouble' | 'state' | 'history'> &
    Partial<Pick<Redistribution, 'nativeFailure'>>,
): FailureCause {
  const { nativeFailure = null } = record;
  if (nativeFailure !== null) return nativeCause(nativeFailure);
  const attempt = lastAttempt(record);
  if (attempt?.takenOver !== undefined && attempt.outcome !== null)
    return {
      kind: 'error',
      said: takenOverText(attempt.takenOver),
      likeness: 'error taken over by a blueprint',
    };
  if (attempt?.outcome === 'error') return cause('error', attempt.error);
  if (attempt?.outcome === 'unproven' || attempt?.outcome === 'no-command') return cause(attempt.outcome, '');
  if (record.trouble !== null) return cause('jamf', record.trouble.text);
  return cause('other', whyInState(record));
}

/**
 * Groups Macs by cause. For a failed command, its error text is part of the cause, because `install-failed` alone is not specific enough.
 */
function nativeCause({ cause: name, text }: NativeFailure): FailureCause {
  const likeness = name === 'install-failed' ? `${name} ${likenessOf(text)}` : name;
  return { kind: 'native', said: text, likeness: `native ${likeness}`, native: name };
}

function cause(kind: FailureCause['kind'], said: string): FailureCause {
  return { kind, said, likeness: `${kind} ${likenessOf(said)}` };
}
