import { Command, CommanderError } from 'commander';
import { readVersion } from '../process/version.js';
import { ConfigError } from '../config/load.js';
import type { Cli } from './cli.js';
import { addAuditCommand } from './commands/access/audit.js';
import { addBatchesCommand } from './commands/redistribution/batches.js';
import { addBreakGlassCommand } from './commands/access/break-glass.js';
import { addComputersCommand } from './commands/fleet/computers.js';
import { addCompletionCommand } from './commands/process/completion.js';
import { addConfigCommand } from './commands/setup/config.js';
import { addControlCommands, addForgetCommand } from './commands/redistribution/control.js';
import { addDoctorCommand } from './commands/setup/doctor.js';
import { addEventsCommand } from './commands/fleet/events.js';
import { addFailuresCommand } from './commands/redistribution/failures.js';
import { addForecastCommand } from './commands/fleet/forecast.js';
import { addLiveCommand } from './commands/fleet/live.js';
import { addHealthCheckCommand } from './commands/process/healthcheck.js';
import { addInitCommand } from './commands/setup/init.js';
import { addNotifyCommand } from './commands/setup/notify.js';
import { addJobsCommand } from './commands/process/jobs.js';
import { addProcessCommands } from './commands/process/processes.js';
import { addProfilesCommand } from './commands/setup/profiles.js';
import { addRedistributeCommand } from './commands/redistribution/redistribute.js';
import { addTrialCommand } from './commands/redistribution/trial.js';
import { addRedistributionsCommand } from './commands/redistribution/redistributions.js';
import { addSettingsCommand } from './commands/setup/settings.js';
import { addSetupCommand } from './commands/setup/setup.js';
import { addSimulateCommand } from './commands/fleet/simulate.js';
import { addStatusCommand } from './commands/fleet/status.js';
import { addSweepCommand } from './commands/fleet/sweep.js';
import { addSessionsCommand } from './commands/access/sessions.js';
import { addTokensCommand } from './commands/access/tokens.js';
import { addWebhooksCommand } from './commands/setup/webhooks.js';
import { addWhoamiCommand } from './commands/access/whoami.js';
import type { Context } from './context.js';
import { addDemoCommand } from './demo/command.js';
import { CliError, EXIT, type ExitCode } from './exit.js';
import { messageOf } from '../process/error-message.js';

const EXAMPLES = `
Examples:
  recert status
  recert computers --user jane
  recert redistribute --serial C02XK1ABJG5J --reason 'locked out after board swap, INC-4711' --wait
  recert pause --reason 'Okta is down'
  recert config check

Address and API token: --url and --token, or RECERT_URL and RECERT_TOKEN (or RECERT_TOKEN_FILE, which keeps the token out of the
process list). Exit codes: 0 success, 1 failed or unhealthy, 2 invalid usage or configuration, 3 refused, 4 unreachable,
5 not found, 6 timed out, 7 a dry run found changes.`;

/**
 * Runs one command line (without `node` and the script path) and returns the exit code. All input and output uses
 * `context`.
 */
export async function runCli(words: readonly string[], context: Context): Promise<ExitCode> {
  let ended: ExitCode = EXIT.done;
  const cli: Cli = {
    context,
    finish: (exitCode) => {
      ended = exitCode;
    },
  };
  const json = words.includes('--json');
  try {
    await createProgram(cli, { json }).parseAsync([...words], { from: 'user' });
    return ended;
  } catch (error) {
    return reportError(error, context, json);
  }
}

/** Creates all commands. With `json`, commander prints no errors, because the caller prints them as JSON. */
export function createProgram(cli: Cli, { json }: { json: boolean }): Command {
  const { context } = cli;
  const program = new Command('recert')
    .description('Renews the Okta certificates of a fleet of Macs before they expire.')
    .version(readVersion(), '-V, --version', 'print the version')
    .option('--url <url>', 'address of the receiver (RECERT_URL, else http://127.0.0.1:8080)')
    .option('--token <token>', 'API token (RECERT_TOKEN or RECERT_TOKEN_FILE)')
    .option('--json', 'print JSON for machines')
    .helpCommand(false)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => context.out(text.trimEnd()),
      writeErr: (text) => {
        if (!json) context.err(text.trimEnd());
      },
      getOutHasColors: () => context.terminal,
      getErrHasColors: () => context.terminal,
    })
    .showHelpAfterError('(see --help)')
    .exitOverride()
    .addHelpText('after', EXAMPLES);
  for (const add of COMMANDS) add(program, cli);
  return program;
}

const COMMANDS: readonly ((program: Command, cli: Cli) => void)[] = [
  addStatusCommand,
  addComputersCommand,
  addRedistributeCommand,
  addTrialCommand,
  addRedistributionsCommand,
  addBatchesCommand,
  addFailuresCommand,
  addForecastCommand,
  addProfilesCommand,
  addSimulateCommand,
  addControlCommands,
  addForgetCommand,
  addSweepCommand,
  addJobsCommand,
  addHealthCheckCommand,
  addEventsCommand,
  addLiveCommand,
  addAuditCommand,
  addTokensCommand,
  addSessionsCommand,
  addWhoamiCommand,
  addBreakGlassCommand,
  addConfigCommand,
  addSettingsCommand,
  addWebhooksCommand,
  addInitCommand,
  addSetupCommand,
  addNotifyCommand,
  addDoctorCommand,
  addProcessCommands,
  addDemoCommand,
  addCompletionCommand,
];

function reportError(error: unknown, context: Context, json: boolean): ExitCode {
  // Commander reports --help and --version as errors with exit code 0. It has already printed usage errors, unless
  // `json` is set.
  if (error instanceof CommanderError && (error.exitCode === 0 || !json))
    return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  const { exitCode, message, problem } = explain(error);
  if (json)
    context.err(JSON.stringify({ error: message, exitCode, ...(problem ? { problem } : {}) }, null, 2));
  else context.err(`${context.colors.red('recert:')} ${message}`);
  return exitCode;
}

/** Messages that replace messages of commander that do not explain the error, by the code of the error. */
const USAGE: Readonly<Record<string, string>> = { 'commander.help': 'No command was given. See --help.' };

function explain(error: unknown): { exitCode: ExitCode; message: string; problem?: unknown } {
  if (error instanceof CliError) return error;
  if (error instanceof CommanderError)
    return { exitCode: EXIT.usage, message: USAGE[error.code] ?? error.message.replace(/^error: /u, '') };
  if (error instanceof ConfigError) return { exitCode: EXIT.usage, message: error.message };
  return { exitCode: EXIT.failed, message: messageOf(error) };
}
