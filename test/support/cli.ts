import { createColors } from 'picocolors';
import type { Context } from '../../src/cli/context.js';
import type { ExitCode } from '../../src/cli/exit.js';
import { runCli } from '../../src/cli/run.js';

/** Output and exit code of a command. */
export interface CommandResult {
  code: ExitCode;
  out: string;
  err: string;
}

/** The context of a command in a test: no terminal, no colors, every question is answered with no, and waits end at once. */
export function testContext(more: Partial<Context> = {}): Context {
  return {
    environment: {},
    out: () => undefined,
    err: () => undefined,
    terminal: false,
    changeLine: null,
    colors: createColors(false),
    confirm: () => Promise.resolve(false),
    ask: () => Promise.resolve(null),
    readSecret: () => Promise.resolve(''),
    now: Date.now,
    wait: () => Promise.resolve(),
    ...more,
  };
}

/** Runs a command line in this process. */
export async function recert(words: readonly string[], more: Partial<Context> = {}): Promise<CommandResult> {
  const out: string[] = [];
  const err: string[] = [];
  const context = {
    out: (text: string) => void out.push(text),
    err: (text: string) => void err.push(text),
    ...more,
  };
  const code = await runCli(words, testContext(context));
  return { code, out: out.join('\n'), err: err.join('\n') };
}
