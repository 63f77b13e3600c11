import { JamfError } from '../domain/jamf-error.js';
import { type Finding, fail } from './finding.js';
import type { Tried } from './privileges.js';

/** What came of a read: a value, or why there is none. */
export interface Attempt<T> {
  value: T | null;
  error: JamfError | null;
  tried: Tried;
}

/** Makes a read. @throws whatever is no `JamfError`. */
export async function attempt<T>(read: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await read(), error: null, tried: 'allowed' };
  } catch (error) {
    if (!(error instanceof JamfError)) throw error;
    return { value: null, error, tried: error.status === 403 ? 'refused' : 'unknown' };
  }
}

/** A read that failed; one that was refused is told by its privilege. */
export function unread(check: string, error: JamfError | null): Finding[] {
  if (!error || error.status === 403) return [];
  const { call, status, said, advice } = error;
  const happened = status === null ? 'has no answer' : `answered ${status}`;
  return [fail(check, `${call} ${happened}${said === '' ? '' : ` (${said})`}`, advice)];
}

/** One refusal counts, and so does one success when there is none. */
export function worse(...all: readonly Tried[]): Tried {
  if (all.includes('refused')) return 'refused';
  return all.includes('allowed') ? 'allowed' : 'unknown';
}
