import type { InstanceConfig } from '../config/sections/instance.js';
import type { Config } from '../config/schema.js';
import { createJamfSetup } from '../jamf/create.js';
import type { JamfSetupConnection } from '../jamf/setup.js';
import { createTelemetry } from '../telemetry/bus.js';
import type { Context } from './context.js';
import { CliError, EXIT } from './exit.js';

/** The Jamf Pro servers of a configuration, or the one that is named. @throws CliError when there is none of that name */
export function serversOf(named: string | undefined, { instances }: Config): [string, InstanceConfig][] {
  const all = Object.entries(instances);
  const chosen = named === undefined ? all : all.filter(([name]) => name === named);
  if (chosen.length === 0)
    throw new CliError(
      EXIT.usage,
      `There is no Jamf Pro server named ${named ?? ''} in the configuration: there is ${all.map(([name]) => name).join(', ')}.`,
    );
  return chosen;
}

/** The only Jamf Pro server of a configuration, or the one that is named. @throws CliError when it is not clear which */
export function serverOf(named: string | undefined, config: Config): [string, InstanceConfig] {
  const [first, ...others] = serversOf(named, config);
  if (!first || others.length > 0)
    throw new CliError(
      EXIT.usage,
      `Which Jamf Pro server? Say --instance with one of ${Object.keys(config.instances).join(', ')}.`,
    );
  return first;
}

/** What goes wrong comes back as an error with a sentence; nothing is logged beside it. */
export function connectTo(
  instance: string,
  settings: InstanceConfig,
  { now }: Pick<Context, 'now'>,
): JamfSetupConnection {
  return createJamfSetup({ instance, settings, telemetry: createTelemetry(), now });
}

/** Changing Jamf needs somebody who agrees. @throws CliError where nobody can be asked */
export function mustBeAgreed(
  { dryRun, yes, json }: { dryRun: boolean; yes: boolean; json: boolean },
  { terminal }: Pick<Context, 'terminal'>,
): void {
  if (!dryRun && !yes && (json || !terminal))
    throw new CliError(
      EXIT.usage,
      'Nobody can be asked here: say --yes to change Jamf, or --dry-run to look.',
    );
}
