/** How a command ends, for scripts. docs/cli.md describes them; keep both alike. */
export const EXIT = {
  /** Done, or there was nothing to do. */
  done: 0,
  /** Not done: the service failed, is not healthy, or a redistribution that was waited for did not succeed. */
  failed: 1,
  /** The command line or the configuration is wrong. */
  usage: 2,
  /** The service refused: no good token, not the role, or the rails forbid it. */
  refused: 3,
  /** The service cannot be reached. */
  unreachable: 4,
  /** There is no such Mac or redistribution. */
  notFound: 5,
  /** It goes on, but was not finished in the time given. */
  unfinished: 6,
  /** Nothing was done because only the difference was asked for, and there is one. */
  pending: 7,
} as const;

/** One of the exit codes. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends a command with a sentence for standard error, and an exit code. */
export class CliError extends Error {
  readonly exitCode: ExitCode;
  /** What the service answered, for `--json`. */
  readonly problem: unknown;

  constructor(exitCode: ExitCode, message: string, problem?: unknown) {
    super(message);
    this.name = 'CliError';
    this.exitCode = exitCode;
    this.problem = problem;
  }
}
