import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { isatty } from 'node:tty';
import { createColors } from 'picocolors';

/** Text with colours, or without. */
export type Colors = ReturnType<typeof createColors>;

/** What a command touches of the world around it: given, so that tests can give their own. */
export interface Context {
  environment: Readonly<Record<string, string | undefined>>;
  /** Standard output: what was asked for, and nothing else. */
  out: (text: string) => void;
  /** Standard error: progress, warnings, errors. */
  err: (text: string) => void;
  /** Whether standard output is a terminal: only then are there colours and lines that change. */
  terminal: boolean;
  /** Puts a text into the last line of standard error in place of what was there; '' takes it away. `null` where that is no terminal. */
  changeLine: ((text: string) => void) | null;
  colors: Colors;
  /** Reads a secret: the first line of standard input, not shown when it is typed. `prompt` is for a person at a terminal. */
  readSecret: (prompt: string) => Promise<string>;
  /** Asks a person yes or no; no where nobody can answer. */
  confirm: (question: string) => Promise<boolean>;
  /** Asks a person for a line; `null` where nobody can answer. */
  ask: (question: string) => Promise<string | null>;
  now: () => number;
  wait: (durationMs: number) => Promise<void>;
}

/**
 * The world of a real process. `NO_COLOR` is heeded (no-color.org). `isTTY` of a pipe is undefined, whatever its type says, and
 * picocolors would then look at `CI` and colour what machines read: so the descriptor is asked.
 */
export function processContext(): Context {
  const terminal = isatty(1);
  let line = '';
  const changeLine = (text: string) => {
    // A terminal that does not know its width says 0.
    line = text.slice(0, (process.stderr.columns || 80) - 1);
    process.stderr.write(`\r\u001b[K${line}`);
  };
  /** Whatever is said stands above the line that changes. */
  const above = (write: () => void) => {
    const kept = line;
    if (kept !== '') changeLine('');
    write();
    if (kept !== '') changeLine(kept);
  };
  return {
    environment: process.env,
    out: (text) => above(() => process.stdout.write(`${text}\n`)),
    err: (text) => above(() => process.stderr.write(`${text}\n`)),
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
  // A terminal shows nothing of what is typed: what readline would write goes nowhere.
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
