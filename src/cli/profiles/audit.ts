import { z } from 'zod';
import { sweepAnswer } from '../../contract/resources/control.js';
import { profileAudit, profileList } from '../../contract/resources/profiles.js';
import { duration } from '../../config/values/duration.js';
import type { Client } from '../http/client.js';
import type { Context } from '../context.js';
import { CliError, EXIT, type ExitCode } from '../exit.js';
import { printJson, when } from '../output/print.js';
import { startProgress } from '../output/progress.js';
import { waitFor } from '../http/wait-for.js';

/** Options of `recert profiles audit`, which shows the results of the profile check. */
export const auditOptions = z.object({
  instance: z.string().optional(),
  strict: z.boolean().default(false),
  all: z.boolean().default(false),
  within: duration().prefault('15m'),
});

type Options = z.output<typeof auditOptions> & { json: boolean };
type Audit = z.output<typeof profileAudit>;
type List = z.output<typeof profileList>;

/** Prints the findings of the profile check. With `--all`, the service first checks every profile of the Jamf Pro server. */
export async function showAudits(
  ids: readonly string[],
  options: Options,
  client: Client,
  context: Context,
): Promise<ExitCode> {
  const { instance, json, strict, all } = options;
  const list = (every: boolean) =>
    client({ path: 'profiles', query: { instance, all: String(every) }, answer: profileList });
  if (all) await checkServers(options, client, context, () => list(false));
  const { profiles, servers } = await list(all || ids.length > 0);
  const missing = ids.find((id) => !profiles.some((one) => one.id === id));
  if (missing !== undefined)
    throw new CliError(
      EXIT.notFound,
      `Profile ${missing} is not watched. Run recert profiles list to list the watched profiles, or recert profiles audit --all to check all profiles of the Jamf Pro server.`,
    );
  const wanted = profiles.filter(({ id }) => ids.length === 0 || ids.includes(id));
  const audits = await readAudits(wanted, client, context);
  const failed = audits.some(({ errors, warnings }) => errors || (strict && warnings));
  if (json) printJson(context, { ok: !failed, audits, servers });
  else context.out(audits.map((one) => auditText(one, context)).join('\n\n'));
  if (all) for (const server of servers) context.err(summaryOf(server, profiles));
  return failed ? EXIT.failed : EXIT.done;
}

async function readAudits(
  profiles: List['profiles'],
  client: Client,
  context: Context,
): Promise<readonly Audit[]> {
  const progress = startProgress('Reading the findings', context);
  const audits: Audit[] = [];
  for (const { id, instance } of profiles) {
    progress.show(audits.length, profiles.length);
    audits.push(await client({ path: `profiles/${id}/audit`, query: { instance }, answer: profileAudit }));
  }
  progress.end();
  return audits;
}

/** Requests a check of all profiles from the service, and waits until the check completes. */
async function checkServers(
  { instance, within }: Options,
  client: Client,
  context: Context,
  list: () => Promise<List>,
): Promise<void> {
  const before = new Map((await list()).servers.map((one) => [one.instance, one.auditedAt]));
  const body = { instance, what: 'profiles' };
  const { instances } = await client({ method: 'POST', path: 'sweep', body, answer: sweepAnswer });
  context.err(`Reading and checking every profile of ${instances.join(', ')}.`);
  await waitFor(
    async () => {
      const { servers } = await list();
      const open = servers.filter((one) => one.auditedAt === before.get(one.instance));
      return { open: open.map((one) => one.instance), done: servers.length - open.length, total: null };
    },
    {
      title: 'Checking profiles',
      within,
      hint: 'the API client has permission to read profiles (recert doctor)',
    },
    context,
  );
}

function summaryOf(server: List['servers'][number], profiles: List['profiles']): string {
  const withScep = profiles.filter((one) => one.instance === server.instance).length;
  const unread = server.unread ? `, ${server.unread} could not be read` : '';
  return `${server.instance}: ${server.profiles ?? 0} profiles, ${withScep} with SCEP${unread}.`;
}

/** Formats the check of one profile: a heading, then each finding with its reason, its fix and the affected Macs. */
function auditText(audit: Audit, { colors, now }: Context): string {
  const { instance, id, title, profile, half, findings, unseen, computers } = audit;
  const measured =
    computers === null ? 'subject not checked on any Mac yet' : `subject checked on ${computers} Macs`;
  const place = half === null ? `${id}, not watched` : `${id}, ${half} of ${profile}`;
  const head = `${instance}: "${title}" (${place}), ${measured}, checked ${when(audit.auditedAt, now())}`;
  const lines = findings.flatMap(({ severity, rule, said, why, todo, computers: macs }) => [
    `${(severity === 'error' ? colors.red : colors.yellow)(severity.padEnd(7))}  ${rule}: ${said}`,
    `         ${why} ${colors.dim(todo)}`,
    ...(macs?.listed ?? []).map((mac) => `         ${mac.serialNumber}  ${mac.name} (${mac.id})`),
    ...(macs && macs.count > macs.listed.length
      ? [`         and ${macs.count - macs.listed.length} more`]
      : []),
  ]);
  const good =
    findings.length === 0 ? [colors.green('ok       all settings match the Okta requirements')] : [];
  return [head, ...good, ...lines, ...unseen.map((text) => `unknown  ${text}`)].join('\n');
}
