import type { Privileges } from '../jamf/setup.js';
import { type Finding, fail, ok, warn } from './finding.js';

/** Privileges of the API role, as named in Jamf Pro, and their purpose. Keep in sync with docs/setup.md. */
export const PRIVILEGES = {
  'Read Computers': 'to read the certificates of every Mac and the errors of failed commands',
  'Read macOS Configuration Profiles': 'to read the scope of the monitored profiles',
  'Read Static Computer Groups': 'to read the members of the two groups',
  'Update Static Computer Groups': 'to move Macs between the two profiles',
  'View MDM command information in Jamf Pro API': 'to read MDM commands and to send a blank push to a Mac',
  'Flush MDM Commands': 'for the mechanism unstick',
  'Read Webhooks': 'for recert webhooks apply and recert doctor',
  'Create Webhooks': 'for recert webhooks apply',
  'Update Webhooks': 'for recert webhooks apply',
  'Delete Webhooks': 'for recert webhooks apply',
} as const;

/** Name of a privilege of the API role. */
export type PrivilegeName = keyof typeof PRIVILEGES;

/** Result of testing a privilege with a read; `unknown` if no read tests it, or if the read failed for another reason. */
export type Tried = 'allowed' | 'refused' | 'unknown';

/** Input of `judgePrivilege`. */
export interface PrivilegeFacts {
  name: PrivilegeName;
  /** Privileges that Jamf Pro reports for the token; `null` if it reports none. */
  told: Privileges | null;
  tried: Tried;
  /** Whether a feature in use needs it; otherwise a missing privilege is only a warning. */
  neededNow: boolean;
}

/** Checks one privilege by the result of a read, otherwise by the privileges that Jamf Pro reports. Pure. */
export function judgePrivilege({ name, told, tried, neededNow }: PrivilegeFacts): Finding {
  const check = `privilege ${name}`;
  const add = `Add it to the API role. It is needed ${PRIVILEGES[name]}.`;
  const listed = told !== null && (told.all || told.names.has(name));
  const silent = told === null || (!told.all && told.names.size === 0);
  if (tried === 'refused')
    return fail(
      check,
      listed ? 'granted, but Jamf Pro refuses the read' : 'missing',
      listed
        ? 'Check that the API client or account is not limited to a site. It needs access to the whole server.'
        : add,
    );
  if (tried === 'allowed' || listed) return ok(check, 'granted');
  if (silent)
    return warn(
      check,
      'Jamf Pro does not report the privileges of the token, and this one cannot be tested without a change',
      `Check the API role in Jamf Pro. The privilege is needed ${PRIVILEGES[name]}.`,
    );
  return neededNow ? fail(check, 'missing', add) : warn(check, 'missing, but not needed now', add);
}
