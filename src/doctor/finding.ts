/**
 * `ok`: correct. `warn`: works or cannot be checked, but should be reviewed. `fail`: does not work, or will stop
 * working.
 */
export type Level = 'ok' | 'warn' | 'fail';

/** Result of one check. It contains no secrets. */
export interface Finding {
  level: Level;
  /** Name of the Jamf Pro server; `null` if the check concerns all servers. */
  instance: string | null;
  /** Name of the check, such as `redis eviction`. */
  check: string;
  /** What the check found. */
  said: string;
  /** What the operator must do; `''` if nothing needs to be done. */
  todo: string;
}

/** Creates a finding for something that is correct. */
export function ok(check: string, said: string): Finding {
  return { level: 'ok', instance: null, check, said, todo: '' };
}

/** Creates a finding for something that should be reviewed. */
export function warn(check: string, said: string, todo: string): Finding {
  return { level: 'warn', instance: null, check, said, todo };
}

/** Creates a finding for something that does not work, or will stop working. */
export function fail(check: string, said: string, todo: string): Finding {
  return { level: 'fail', instance: null, check, said, todo };
}
