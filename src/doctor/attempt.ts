import { JamfError } from '../domain/jamf-error.js';
import { type Finding, fail } from './finding.js';
import type { Tried } from './privileges.js';

/** Result of a read from Jamf Pro: a value or an error, and whether it shows that the privilege is granted (`tried`). */
export interface Attempt<T> {
  value: T | null;
  error: JamfError | null;
  tried: Tried;
}

/** Runs a read and returns a `JamfError` as part of the result. @throws any other error */
export async function attempt<T>(read: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await read(), error: null, tried: 'allowed' };
  } catch (error) {
    if (!(error instanceof JamfError)) throw error;
    return { value: null, error, tried: error.status === 403 ? 'refused' : 'unknown' };
  }
}

/** Returns a finding about a failed read. Returns none for HTTP 403, which the privilege check reports. */
export function unread(check: string, error: JamfError | null): Finding[] {
  if (!error || error.status === 403) return [];
  const { call, status, said, advice } = error;
  const result = status === null ? 'received no response' : `failed with HTTP ${status}`;
  return [fail(check, `${call} ${result}${said === '' ? '' : ` (${said})`}`, advice)];
}

/**
 * Combines the results of several reads for one privilege: `refused` takes precedence over `allowed`, `allowed`
 * over `unknown`.
 */
export function worse(...all: readonly Tried[]): Tried {
  if (all.includes('refused')) return 'refused';
  return all.includes('allowed') ? 'allowed' : 'unknown';
}
