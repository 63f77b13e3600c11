import type { InstanceConfig } from '../config/sections/instance.js';
import { JamfError } from '../domain/jamf-error.js';
import type { JamfSetup, Privileges, ServerFacts } from '../jamf/setup.js';
import type { Change } from '../setup/plan.js';
import { attempt, unread, worse } from './attempt.js';
import { judgeClock } from './clock.js';
import { type Finding, fail, ok } from './finding.js';
import { checkMechanisms } from './profiles/mechanisms.js';
import { checkOverlap } from './profiles/overlap.js';
import { judgePrivilege, PRIVILEGES, type PrivilegeName, type Tried } from './privileges.js';
import { checkWebhooks } from './webhooks.js';
import { messageOf } from '../process/error-message.js';

/** Dependencies of the checks of one Jamf Pro server. */
export interface JamfCheckDeps {
  instance: string;
  settings: InstanceConfig;
  jamf: JamfSetup;
  /** Address at which Jamf Pro reaches the receiver; `null` if unknown. */
  receiver: string | null;
}

/** Checks one Jamf Pro server: sign-in, clock, privileges, profiles, groups and webhooks. Changes nothing. */
export async function checkJamf(look: JamfCheckDeps): Promise<Finding[]> {
  const { jamf } = look;
  let server: ServerFacts;
  try {
    server = await jamf.about();
  } catch (error) {
    // Without a sign-in, the other checks are not possible.
    return [connectionFinding(error)];
  }
  const told = await jamf.privileges().catch(() => null);
  const readable = await checkReads(look, told);
  const webhooks = await checkWebhooks(look);
  return [
    ok('jamf', `connected and signed in, ${server.version}, inventory ${server.inventory}`),
    judgeClock('jamf clock', server.clockAheadMs, {
      slackMs: 30_000,
      mostMs: 5 * 60_000,
      breaks: 'Recert finds MDM commands by the time at which Jamf Pro sent them',
    }),
    ...judgePrivileges(look, told, { ...readable.tried, ...webhooks.tried }, webhooks.changes),
    ...readable.findings,
    ...webhooks.findings,
  ];
}

function connectionFinding(error: unknown): Finding {
  if (!(error instanceof JamfError))
    return fail(
      'jamf',
      messageOf(error),
      'Check address and credentials of the Jamf Pro server in the configuration.',
    );
  const { call, status, said, advice } = error;
  const response = said === '' ? '' : ` (${said})`;
  if (call === 'session.token' && status !== null && status < 500)
    return fail('jamf sign-in', `refused with HTTP ${status}${response}`, advice);
  return fail(
    'jamf',
    status === null ? `cannot be reached${response}` : `responds with HTTP ${status}${response}`,
    advice,
  );
}

/**
 * Performs one read of each type that the service needs. Returns the findings, and the privileges that the reads
 * confirm.
 */
async function checkReads(
  { settings, jamf }: JamfCheckDeps,
  told: Privileges | null,
): Promise<{ findings: Finding[]; tried: Partial<Record<PrivilegeName, Tried>> }> {
  const findings: Finding[] = [];
  const inventory = await attempt(() => readOneMac(jamf));
  const commands = await attempt(() => queryNoCommands(jamf, inventory.value));
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

/**
 * Reads the inventory of one Mac and its command history, which need the same privilege. Returns `null` if there
 * is no Mac.
 */
async function readOneMac(jamf: JamfSetup): Promise<{ managementId: string } | null> {
  const { computers } = await jamf.listComputers({}, 0);
  const [mac] = computers;
  if (!mac) return null;
  await jamf.readFailedCommands(mac.id);
  return mac;
}

const NO_MANAGEMENT_ID = '00000000-0000-0000-0000-000000000000';

/** Tests the privilege to read commands, with a query whose result is always empty (commands sent in the future). */
async function queryNoCommands(jamf: JamfSetup, mac: { managementId: string } | null): Promise<true> {
  await jamf.findCommands({
    managementId: mac && mac.managementId !== '' ? mac.managementId : NO_MANAGEMENT_ID,
    type: 'INSTALL_PROFILE',
    profileId: '1',
    sentAfter: Date.UTC(2100, 0),
  });
  return true;
}

function judgePrivileges(
  { settings }: JamfCheckDeps,
  told: Privileges | null,
  tried: Partial<Record<PrivilegeName, Tried>>,
  changes: readonly Change[],
): Finding[] {
  const profiles = Object.values(settings.profiles);
  const hasGroups = profiles.some(({ overlap, cycle }) => overlap !== undefined || cycle !== undefined);
  const moves = profiles.some(
    ({ mode, mechanisms }) =>
      mode === 'act' && (mechanisms.includes('overlap') || mechanisms.includes('cycle')),
  );
  const unsticks = profiles.some(({ mode, mechanisms }) => mode === 'act' && mechanisms.includes('unstick'));
  const would = (action: Change['action']) => changes.some((change) => change.action === action);
  const neededNow: Partial<Record<PrivilegeName, boolean>> = {
    'Read Static Computer Groups': hasGroups,
    'Update Static Computer Groups': moves,
    'Flush MDM Commands': unsticks,
    'Read Mobile Devices': profiles.some(({ proof }) => proof === 'either' || proof === 'status-first'),
    'Read Smart Computer Groups': false,
    'Create Webhooks': would('create'),
    'Update Webhooks': would('update'),
    'Delete Webhooks': would('delete'),
  };
  return (Object.keys(PRIVILEGES) as PrivilegeName[]).map((name) =>
    judgePrivilege({ name, told, tried: tried[name] ?? 'unknown', neededNow: neededNow[name] ?? true }),
  );
}
