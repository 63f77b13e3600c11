import { createColors } from 'picocolors';
import type { Context } from '../../../src/cli/context.js';
import type { ExitCode } from '../../../src/cli/exit.js';
import { runCli } from '../../../src/cli/run.js';

/** What a command said and how it ended. */
export interface Said {
  code: ExitCode;
  out: string;
  err: string;
}

/** Runs a command line in this process, without a terminal and without colours. */
export async function recert(words: readonly string[], more: Partial<Context> = {}): Promise<Said> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli(words, {
    environment: {},
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    terminal: false,
    colors: createColors(false),
    confirm: () => Promise.resolve(false),
    readSecret: () => Promise.resolve(''),
    now: Date.now,
    wait: () => Promise.resolve(),
    ...more,
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}
