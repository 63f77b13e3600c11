import type { InstanceConfig } from '../config/sections/instance.js';
import { JamfError } from '../domain/jamf-error.js';
import type { JamfSetup, Privileges, ServerFacts } from '../jamf/setup.js';
import type { Change } from '../setup/plan.js';
import { attempt, unread, worse } from './attempt.js';
import { judgeClock } from './clock.js';
import { type Finding, fail, messageOf, ok } from './finding.js';
import { checkMechanisms } from './mechanisms.js';
import { checkOverlap } from './overlap.js';
import { judgePrivilege, PRIVILEGES, type PrivilegeName, type Tried } from './privileges.js';
import { checkWebhooks } from './webhooks.js';

/** What a look at one Jamf Pro server needs. */
export interface JamfLook {
  instance: string;
  settings: InstanceConfig;
  jamf: JamfSetup;
  /** Where Jamf reaches the receiver, `null` when nobody has said. */
  receiver: string | null;
}

/** Looks at one Jamf Pro server from the sign-in to the webhooks. Nothing is written. */
export async function checkJamf(look: JamfLook): Promise<Finding[]> {
  const { jamf } = look;
  let server: ServerFacts;
  try {
    server = await jamf.about();
  } catch (error) {
    // Without a sign-in nothing else can be looked at.
    return [explain(error)];
  }
  const told = await jamf.privileges().catch(() => null);
  const readable = await checkReads(look, told);
  const webhooks = await checkWebhooks(look);
  return [
    ok('jamf', `reached and signed in, ${server.version}, inventory ${server.inventory}`),
    judgeClock('jamf clock', server.clockAheadMs, {
      slackMs: 30_000,
      mostMs: 5 * 60_000,
      breaks: 'commands are found by when Jamf sent them',
    }),
    ...judgePrivileges(look, told, { ...readable.tried, ...webhooks.tried }, webhooks.changes),
    ...readable.findings,
    ...webhooks.findings,
  ];
}

function explain(error: unknown): Finding {
  if (!(error instanceof JamfError)) return fail('jamf', messageOf(error), 'Look at the configuration.');
  const { call, status, said, advice } = error;
  const told = said === '' ? '' : ` (${said})`;
  if (call === 'session.token' && status !== null && status < 500)
    return fail('jamf sign-in', `refused with ${status}${told}`, advice);
  return fail('jamf', status === null ? `cannot be reached${told}` : `answers ${status}${told}`, advice);
}

/** Reads what the service reads, once each, and judges what is seen on the way. */
async function checkReads(
  { settings, jamf }: JamfLook,
  told: Privileges | null,
): Promise<{ findings: Finding[]; tried: Partial<Record<PrivilegeName, Tried>> }> {
  const findings: Finding[] = [];
  const inventory = await attempt(() => readOneMac(jamf));
  const commands = await attempt(() => findNothing(jamf, inventory.value));
  let profilesTried: Tried = 'unknown';
  let groupsTried: Tried = 'unknown';
  for (const [name, profile] of Object.entries(settings.profiles)) {
    const look = await checkOverlap(jamf, name, profile, told);
    const { blue, green } = look;
    const mechanisms = await checkMechanisms(jamf, { profile: name, policy: profile, blue, green });
    profilesTried = worse(profilesTried, look.profiles);
    groupsTried = worse(groupsTried, look.groups, mechanisms.tried);
    findings.push(...look.findings, ...mechanisms.findings);
  }
  return {
    findings: [...unread('inventory', inventory.error), ...unread('commands', commands.error), ...findings],
    tried: {
      'Read Computers': inventory.tried,
      'View MDM command information in Jamf Pro API': commands.tried,
      'Read macOS Configuration Profiles': profilesTried,
      'Read Static Computer Groups': groupsTried,
    },
  };
}

/** Inventory of one Mac, and its history, which needs the same privilege. `null` when there is no Mac at all. */
async function readOneMac(jamf: JamfSetup): Promise<{ managementId: string } | null> {
  const { computers } = await jamf.listComputers({}, 0);
  const [mac] = computers;
  if (!mac) return null;
  await jamf.readFailedCommands(mac.id);
  return mac;
}

const NOBODY = '00000000-0000-0000-0000-000000000000';

/** A question that has an empty answer: commands that are sent later than now. */
async function findNothing(jamf: JamfSetup, mac: { managementId: string } | null): Promise<true> {
  await jamf.findCommands({
    managementId: mac && mac.managementId !== '' ? mac.managementId : NOBODY,
    type: 'INSTALL_PROFILE',
    profileId: '1',
    sentAfter: Date.UTC(2100, 0),
  });
  return true;
}

function judgePrivileges(
  { settings }: JamfLook,
  told: Privileges | null,
  tried: Partial<Record<PrivilegeName, Tried>>,
  changes: readonly Change[],
): Finding[] {
  const acts = Object.values(settings.profiles).some(({ mode }) => mode === 'act');
  const unsticks = Object.values(settings.profiles).some(
    ({ mode, mechanisms }) => mode === 'act' && mechanisms.includes('unstick'),
  );
  const would = (action: Change['action']) => changes.some((change) => change.action === action);
  const neededNow: Partial<Record<PrivilegeName, boolean>> = {
    'Update Static Computer Groups': acts,
    'Flush MDM Commands': unsticks,
    'Create Webhooks': would('create'),
    'Update Webhooks': would('update'),
    'Delete Webhooks': would('delete'),
  };
  return (Object.keys(PRIVILEGES) as PrivilegeName[]).map((name) =>
    judgePrivilege({ name, told, tried: tried[name] ?? 'unknown', neededNow: neededNow[name] ?? true }),
  );
}
