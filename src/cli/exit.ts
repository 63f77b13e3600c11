/** Exit codes of all commands. docs/cli.md documents them; keep both in sync. */
export const EXIT = {
  /** The command succeeded, or there was nothing to do. */
  done: 0,
  /** The service failed or is unhealthy, or a redistribution that the command waited for did not succeed. */
  failed: 1,
  /** The command line or the configuration is invalid. */
  usage: 2,
  /** The service refused the request because of an invalid token, a missing role or a safety limit. */
  refused: 3,
  /** The service cannot be reached. */
  unreachable: 4,
  /** The Mac, redistribution or other object does not exist. */
  notFound: 5,
  /** The command timed out while it waited. The operation continues. */
  unfinished: 6,
  /** A dry run found changes to make. */
  pending: 7,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** An error that ends the command. The message is printed on standard error. */
export class CliError extends Error {
  readonly exitCode: ExitCode;
  /** The response body of the service (problem details), which `--json` prints. */
  readonly problem: unknown;

  constructor(exitCode: ExitCode, message: string, problem?: unknown) {
    super(message);
    this.name = 'CliError';
    this.exitCode = exitCode;
    this.problem = problem;
  }
}
