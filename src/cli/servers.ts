import type { InstanceConfig } from '../config/sections/instance.js';
import type { Config } from '../config/schema.js';
import { createJamfSetup } from '../jamf/create.js';
import type { JamfSetupConnection } from '../jamf/setup.js';
import { createTelemetry } from '../telemetry/bus.js';
import type { Context } from './context.js';
import { CliError, EXIT } from './exit.js';

/** Returns all configured Jamf Pro servers, or only the named one. @throws CliError if no server has the name. */
export function serversOf(named: string | undefined, { instances }: Config): [string, InstanceConfig][] {
  const all = Object.entries(instances);
  const chosen = named === undefined ? all : all.filter(([name]) => name === named);
  if (chosen.length === 0)
    throw new CliError(
      EXIT.usage,
      `The configuration has no Jamf Pro server named ${named ?? ''}. Configured: ${all.map(([name]) => name).join(', ')}.`,
    );
  return chosen;
}

/**
 * Returns the named Jamf Pro server, or the only one. @throws CliError if several servers are configured and none
 * is named.
 */
export function serverOf(named: string | undefined, config: Config): [string, InstanceConfig] {
  const [first, ...others] = serversOf(named, config);
  if (!first || others.length > 0)
    throw new CliError(
      EXIT.usage,
      `Several Jamf Pro servers are configured. Select one with --instance: ${Object.keys(config.instances).join(', ')}.`,
    );
  return first;
}

/** Creates a client for a Jamf Pro server from the configuration. Its errors are thrown, not logged. */
export function connectTo(
  instance: string,
  settings: InstanceConfig,
  { now }: Pick<Context, 'now'>,
): JamfSetupConnection {
  return createJamfSetup({ instance, settings, telemetry: createTelemetry(), now });
}

/** Checks that the user can confirm changes: on a terminal, or with `--yes` or `--dry-run`. @throws CliError otherwise. */
export function mustBeAgreed(
  { dryRun, yes, json }: { dryRun: boolean; yes: boolean; json: boolean },
  { terminal }: Pick<Context, 'terminal'>,
): void {
  if (!dryRun && !yes && (json || !terminal))
    throw new CliError(
      EXIT.usage,
      'Not a terminal: use --yes to apply the changes, or --dry-run to preview them.',
    );
}
