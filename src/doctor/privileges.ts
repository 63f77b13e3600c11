import type { Privileges } from '../jamf/setup.js';
import { type Finding, fail, ok, warn } from './finding.js';

/**
 * Privileges of the API role, as named in Jamf Pro, each with its purpose. docs/setup.md has the same list; keep
 * both in sync.
 */
export const PRIVILEGES = {
  'Read Computers': 'to read the certificates of every Mac and the errors of failed commands',
  'Read Mobile Devices':
    'to read the declarative status of Macs, which proves a renewal within minutes; Jamf Pro requires it for computers, too',
  'Read macOS Configuration Profiles': 'to read the scope of the watched profiles',
  'Read Static Computer Groups': 'to read the members of the two static groups',
  'Update Static Computer Groups': 'to move Macs between the two profiles',
  'View MDM command information in Jamf Pro API': 'to read MDM commands and to send a blank push to a Mac',
  'Flush MDM Commands': 'for the mechanism unstick',
  'Read Webhooks': 'for the commands `recert webhooks apply` and `recert doctor`',
  'Create Webhooks': 'for the command `recert webhooks apply`',
  'Update Webhooks': 'for the command `recert webhooks apply`',
  'Delete Webhooks': 'for the command `recert webhooks apply`',
  'Read Smart Computer Groups': 'for `recert profiles audit --all` and `webhooks.smartGroups`',
} as const;

/** Name of a privilege of the API role, as shown in Jamf Pro. */
export type PrivilegeName = keyof typeof PRIVILEGES;

/**
 * Result of testing a privilege with a read; `unknown` if no read tests the privilege, or if the read failed for
 * another reason.
 */
export type Tried = 'allowed' | 'refused' | 'unknown';

/** What `judgePrivilege` needs to know about a privilege. */
export interface PrivilegeFacts {
  name: PrivilegeName;
  /** Privileges that Jamf Pro reports for the token; `null` if Jamf Pro reports none. */
  told: Privileges | null;
  tried: Tried;
  /** Whether a feature in use needs the privilege. If not, a missing privilege is only a warning. */
  neededNow: boolean;
}

/**
 * Checks one privilege. The result of a read decides. If no read tests the privilege, the privileges that Jamf Pro
 * reports decide.
 */
export function judgePrivilege({ name, told, tried, neededNow }: PrivilegeFacts): Finding {
  const check = `privilege ${name}`;
  const add = `Add the privilege to the API role. It is needed ${PRIVILEGES[name]}.`;
  const listed = told !== null && (told.all || told.names.has(name));
  const silent = told === null || (!told.all && told.names.size === 0);
  if (tried === 'refused')
    return fail(
      check,
      listed ? 'granted, but Jamf Pro refuses the read' : 'missing',
      listed
        ? 'Check that the API client or account is not limited to a site. It needs access to the whole Jamf Pro server.'
        : add,
    );
  if (tried === 'allowed' || listed) return ok(check, 'granted');
  if (silent)
    return warn(
      check,
      'Jamf Pro does not report the privileges of the token, and this privilege cannot be tested without a change',
      `Check the API role in Jamf Pro. The privilege is needed ${PRIVILEGES[name]}.`,
    );
  return neededNow
    ? fail(check, 'missing', add)
    : warn(check, 'missing, but not needed by the current configuration', add);
}
