import type { Privileges } from '../jamf/setup.js';
import { type Finding, fail, ok, warn } from './finding.js';

/** Everything that the API role needs, and what for. docs/setup.md shows it. Names as Jamf writes them. */
export const PRIVILEGES = {
  'Read Computers': 'to know the certificate of every Mac, and why a command failed',
  'Read macOS Configuration Profiles': 'to know who is in the scope of the watched profiles',
  'Read Static Computer Groups': 'to see who is in the two groups',
  'Update Static Computer Groups': 'to move Macs between the two profiles',
  'View MDM command information in Jamf Pro API': 'to see the commands, and to wake a Mac',
  'Flush MDM Commands': 'for the mechanism unstick',
  'Read Webhooks': 'for recert webhooks apply and recert doctor',
  'Create Webhooks': 'for recert webhooks apply',
  'Update Webhooks': 'for recert webhooks apply',
  'Delete Webhooks': 'for recert webhooks apply',
} as const;

/** One of them. */
export type PrivilegeName = keyof typeof PRIVILEGES;

/** What a harmless read showed; `unknown` when there is none, or it failed for another reason. */
export type Tried = 'allowed' | 'refused' | 'unknown';

/** What is known of one privilege. */
export interface PrivilegeFacts {
  name: PrivilegeName;
  /** What Jamf says of the token; `null` when it does not say. */
  told: Privileges | null;
  tried: Tried;
  /** Whether something cannot be done without it now, or only some day. */
  neededNow: boolean;
}

/** Judges one privilege: by what a read showed, else by what Jamf says of the token. Pure. */
export function judgePrivilege({ name, told, tried, neededNow }: PrivilegeFacts): Finding {
  const check = `privilege ${name}`;
  const add = `Add it to the API role, ${PRIVILEGES[name]}.`;
  const listed = told !== null && (told.all || told.names.has(name));
  const silent = told === null || (!told.all && told.names.size === 0);
  if (tried === 'refused')
    return fail(
      check,
      listed ? 'held, and Jamf refuses the read all the same' : 'missing',
      listed ? 'Is the API client or account limited to a site? It must see the whole server.' : add,
    );
  if (tried === 'allowed' || listed) return ok(check, 'held');
  if (silent)
    return warn(
      check,
      'Jamf does not say what the token may do, and it cannot be tried without writing',
      `Look at the API role yourself. It is needed ${PRIVILEGES[name]}.`,
    );
  return neededNow ? fail(check, 'missing', add) : warn(check, 'missing, and not needed now', add);
}
