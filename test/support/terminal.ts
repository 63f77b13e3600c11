import { execFileSync } from 'node:child_process';

/**
 * Runs a shell command in a terminal of 100 columns (`script` of util-linux) and returns all output. @throws Error when the exit code is
 * not 0
 */
export function inTerminal(
  line: string,
  { typed = '', environment = {} }: { typed?: string; environment?: Record<string, string> } = {},
): string {
  return execFileSync('script', ['-qec', `stty columns 100; ${line}`, '/dev/null'], {
    input: typed,
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', TERM: 'xterm', ...environment },
    timeout: 50_000,
  });
}
