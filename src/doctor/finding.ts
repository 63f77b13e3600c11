/** ok: as it must be. warn: it works, or could not be looked at; somebody should know. fail: it does not work, or will not. */
export type Level = 'ok' | 'warn' | 'fail';

/** What one check found, in one line. No secret is in it. */
export interface Finding {
  level: Level;
  /** Name of the Jamf Pro server, `null` for what all share. */
  instance: string | null;
  /** What was looked at, such as `redis eviction`. */
  check: string;
  said: string;
  /** What to do; `''` when nothing is to be done. */
  todo: string;
}

/** As it must be. */
export function ok(check: string, said: string): Finding {
  return { level: 'ok', instance: null, check, said, todo: '' };
}

/** Somebody should know. */
export function warn(check: string, said: string, todo: string): Finding {
  return { level: 'warn', instance: null, check, said, todo };
}

/** It does not work, or will not. */
export function fail(check: string, said: string, todo: string): Finding {
  return { level: 'fail', instance: null, check, said, todo };
}

/** The text of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
