/** Exit codes of all commands. Keep in sync with docs/cli.md. */
export const EXIT = {
  /** Success, including nothing to do. */
  done: 0,
  /** Failure: the service failed or is unhealthy, or a redistribution that the command waited for did not succeed. */
  failed: 1,
  /** The command line or the configuration is invalid. */
  usage: 2,
  /** The service refused the request: invalid token, missing role, or a safety limit. */
  refused: 3,
  /** The service cannot be reached. */
  unreachable: 4,
  /** The Mac, redistribution or other object does not exist. */
  notFound: 5,
  /** Timed out waiting; the operation continues. */
  unfinished: 6,
  /** A dry run found changes to make. */
  pending: 7,
} as const;

/** One of the exit codes. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends a command with a message on standard error and an exit code. */
export class CliError extends Error {
  readonly exitCode: ExitCode;
  /** Response body of the service, for `--json`. */
  readonly problem: unknown;

  constructor(exitCode: ExitCode, message: string, problem?: unknown) {
    super(message);
    this.name = 'CliError';
    this.exitCode = exitCode;
    this.problem = problem;
  }
}
