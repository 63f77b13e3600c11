/** ok: correct. warn: works or cannot be checked, but should be reviewed. fail: does not work, or will stop working. */
export type Level = 'ok' | 'warn' | 'fail';

/** Result of one check. Contains no secrets. */
export interface Finding {
  level: Level;
  /** Name of the Jamf Pro server; `null` if the check concerns all of them. */
  instance: string | null;
  /** Name of the check, such as `redis eviction`. */
  check: string;
  /** What was found. */
  said: string;
  /** How to fix it; `''` if nothing needs to be done. */
  todo: string;
}

/** Creates a finding of level ok. */
export function ok(check: string, said: string): Finding {
  return { level: 'ok', instance: null, check, said, todo: '' };
}

/** Creates a finding of level warn. */
export function warn(check: string, said: string, todo: string): Finding {
  return { level: 'warn', instance: null, check, said, todo };
}

/** Creates a finding of level fail. */
export function fail(check: string, said: string, todo: string): Finding {
  return { level: 'fail', instance: null, check, said, todo };
}
