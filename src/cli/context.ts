import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { isatty } from 'node:tty';
import { createColors } from 'picocolors';

/** Functions that color text for a terminal. Without color support, they return the text unchanged. */
export type Colors = ReturnType<typeof createColors>;

/** What a command needs from the process: environment, input and output. Tests pass their own. */
export interface Context {
  environment: Readonly<Record<string, string | undefined>>;
  /** Writes the result of the command to standard output. */
  out: (text: string) => void;
  /** Writes progress, warnings and errors to standard error. */
  err: (text: string) => void;
  /** Whether standard output is a terminal. Colors and updating lines are used only then. */
  terminal: boolean;
  /** Replaces the status line at the end of standard error; '' removes it. `null` if standard error is not a terminal. */
  changeLine: ((text: string) => void) | null;
  colors: Colors;
  /** Reads a secret from the first line of standard input without displaying it. Shows `prompt` only on a terminal. */
  readSecret: (prompt: string) => Promise<string>;
  /** Asks a yes/no question. Returns `false` if standard input is not a terminal. */
  confirm: (question: string) => Promise<boolean>;
  /** Asks for one line of input. Returns `null` if standard input is not a terminal. */
  ask: (question: string) => Promise<string | null>;
  now: () => number;
  wait: (durationMs: number) => Promise<void>;
}

/**
 * Creates the context of the running process. Respects `NO_COLOR` (no-color.org).
 * Uses `isatty()` instead of `isTTY`: for a pipe, `isTTY` is undefined, and picocolors then checks the variable
 * `CI` and would color output that a program reads.
 */
export function processContext(): Context {
  const terminal = isatty(1);
  let line = '';
  const changeLine = (text: string) => {
    // The value `columns` is 0 if the terminal does not report its width.
    line = text.slice(0, (process.stderr.columns || 80) - 1);
    process.stderr.write(`\r\u001b[K${line}`);
  };
  /** Writes output above the status line: removes the status line, writes, and shows the status line again. */
  const aboveStatusLine = (write: () => void) => {
    const kept = line;
    if (kept !== '') changeLine('');
    write();
    if (kept !== '') changeLine(kept);
  };
  return {
    environment: process.env,
    out: (text) => aboveStatusLine(() => process.stdout.write(`${text}\n`)),
    err: (text) => aboveStatusLine(() => process.stderr.write(`${text}\n`)),
    terminal,
    changeLine: isatty(2) ? changeLine : null,
    colors: createColors(terminal && !process.env.NO_COLOR),
    confirm: async (question) => /^y(es)?$/i.test((await ask(`${question} [y/N] `)) ?? ''),
    ask,
    readSecret,
    now: Date.now,
    wait: (durationMs) => new Promise((resolve) => setTimeout(resolve, durationMs)),
  };
}

async function ask(question: string): Promise<string | null> {
  if (!isatty(0)) return null;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(question)).trim();
  } finally {
    terminal.close();
  }
}

async function readSecret(prompt: string): Promise<string> {
  const { stdin } = process;
  if (stdin.isTTY) process.stderr.write(prompt);
  // Discards what readline echoes, so the secret is not displayed.
  const hidden = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: hidden, terminal: stdin.isTTY });
  try {
    for await (const line of lines) return line;
    return '';
  } finally {
    lines.close();
    if (stdin.isTTY) process.stderr.write('\n');
  }
}
