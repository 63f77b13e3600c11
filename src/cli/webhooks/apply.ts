import type { InstanceConfig } from '../../config/sections/instance.js';
import { loadConfig } from '../../config/load.js';
import type { Config } from '../../config/schema.js';
import type { JamfSetupConnection } from '../../jamf/setup.js';
import type { WebhookPlan } from '../../setup/plan.js';
import { byHand, isChangingSecret, SetupError, wantedWebhooks } from '../../setup/wanted.js';
import {
  type Applied,
  applyWebhooks,
  readWebhookPlan,
  type WebhookSetupRequest,
} from '../../setup/webhooks.js';
import type { Context } from '../context.js';
import { CliError, EXIT, type ExitCode } from '../exit.js';
import { connectTo, mustBeAgreed, serversOf } from '../servers.js';
import { printJson } from '../output/print.js';
import { diffText, plainChange } from './diff.js';

/** Options of `recert webhooks apply`, which creates or updates the webhooks of Recert in Jamf Pro. */
export interface ApplyOptions {
  instance?: string | undefined;
  /** Address at which Jamf Pro reaches the receiver. If omitted, `http.publicUrl` is used. */
  url?: string | undefined;
  dryRun: boolean;
  yes: boolean;
  json: boolean;
}

/** A Jamf Pro server with its required webhooks and the changes to make. */
interface Job {
  instance: string;
  jamf: JamfSetupConnection;
  wish: WebhookSetupRequest;
  plan: WebhookPlan;
  /** A manual step that remains after the changes, or `null`. */
  byHand: string | null;
}

/**
 * Creates or updates the webhooks in Jamf Pro. Reads all Jamf Pro servers, shows all changes, and asks for
 * confirmation before the first change.
 */
export async function applyToJamf(options: ApplyOptions, context: Context): Promise<ExitCode> {
  mustBeAgreed(options, context);
  const config = loadConfig(context.environment);
  const receivers = receiversOf(options, config);
  const instances = serversOf(options.instance, config);
  const connections = new Map(
    instances.map(([name, settings]) => [name, connectTo(name, settings, context)]),
  );
  try {
    const jobs: Job[] = [];
    for (const [instance, settings] of instances) {
      const jamf = connections.get(instance);
      if (jamf) jobs.push(await planFor(instance, settings, jamf, receivers));
    }
    return await applyPlans(jobs, options, context);
  } finally {
    for (const jamf of connections.values()) jamf.close();
  }
}

async function planFor(
  instance: string,
  settings: InstanceConfig,
  jamf: JamfSetupConnection,
  receivers: readonly string[],
): Promise<Job> {
  const wish = {
    ourName: settings.webhooks.name,
    wanted: wanted(instance, settings, receivers),
    rewriteUnseen: isChangingSecret(settings),
  };
  return { instance, jamf, wish, plan: await readWebhookPlan(jamf, wish), byHand: byHand(settings) };
}

async function applyPlans(
  jobs: readonly Job[],
  { dryRun, yes, json }: ApplyOptions,
  context: Context,
): Promise<ExitCode> {
  const { colors } = context;
  if (!json) for (const { instance, plan } of jobs) context.out(diffText(instance, plan, colors));
  for (const { instance, byHand: todo } of jobs)
    if (todo !== null) context.err(`${colors.yellow('!')} ${instance}: ${todo}`);
  const open = jobs.filter(({ plan }) => plan.changes.length > 0);
  if (open.length === 0 || dryRun) {
    if (json) printJson(context, { applied: false, instances: jobs.map((job) => report(job, null)) });
    else if (open.length === 0) context.err('The webhooks are already correct. Nothing to do.');
    return open.length === 0 ? EXIT.done : EXIT.pending;
  }
  if (!yes && !(await context.confirm('Apply these changes to Jamf Pro?'))) {
    context.err('Nothing was changed.');
    return EXIT.failed;
  }
  const results = new Map<string, Applied>();
  for (const { instance, jamf, wish } of open) results.set(instance, await applyWebhooks(jamf, wish));
  const good = [...results.values()].every(({ failures, left }) => failures.length + left.length === 0);
  if (json)
    printJson(context, {
      applied: good,
      instances: jobs.map((job) => report(job, results.get(job.instance) ?? null)),
    });
  else for (const [instance, result] of results) printResult(instance, result, context);
  if (good && open.some(({ wish }) => wish.rewriteUnseen))
    context.err(
      'Jamf Pro now sends the new (last) secret. As soon as webhooks arrive again (recert webhooks test), remove the old (first) secret from the configuration.',
    );
  return good ? EXIT.done : EXIT.failed;
}

function report({ instance, plan }: Job, applied: Applied | null) {
  return {
    instance,
    changes: plan.changes.map(plainChange),
    unchanged: plan.unchanged,
    failures: applied?.failures ?? [],
    left: applied?.left.map(plainChange) ?? [],
  };
}

function printResult(instance: string, { changes, failures, left }: Applied, { colors, err }: Context): void {
  for (const failure of failures) err(`${colors.red('✗')} ${failure}`);
  if (left.length > 0)
    err(
      `${colors.red('✗')} ${instance}: these webhooks are still incorrect after the change: ${left.map(({ name }) => name).join(', ')}.`,
    );
  if (failures.length + left.length === 0)
    err(
      `${colors.green('✓')} ${instance}: ${changes.length} ${changes.length === 1 ? 'change' : 'changes'} applied and verified.`,
    );
}

function wanted(
  instance: string,
  settings: InstanceConfig,
  receivers: readonly string[],
): WebhookSetupRequest['wanted'] {
  try {
    return wantedWebhooks(instance, settings, receivers);
  } catch (error) {
    if (error instanceof SetupError) throw new CliError(EXIT.usage, error.message);
    throw error;
  }
}

function receiversOf({ url }: ApplyOptions, { http }: Config): string[] {
  const address = url ?? http.publicUrl;
  if (address === undefined) return [];
  if (!URL.canParse(address) || !/^https?:$/u.test(new URL(address).protocol))
    throw new CliError(
      EXIT.usage,
      `"${address}" is not a valid URL. Use the form https://recert.example.com.`,
    );
  return [address];
}
