import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { isBuilt, ROOT } from '../scripts/setup.mjs';

/**
 * Default time limit of `until`, milliseconds. The limit is long, because a busy machine is slow. It only ends a
 * wait that would never end.
 */
const WATCHDOG_MS = 120_000;

/** Characters of the output that an error message quotes. */
const QUOTED = 4_000;

/**
 * @typedef {object} Child
 * @property {import('node:child_process').ChildProcess} process
 * @property {() => string} out standard output so far
 * @property {() => string} err standard error so far
 * @property {(pattern: RegExp, withinMs?: number) => Promise<string>} until waits until the output matches; returns the first capture
 *   group, or the match if there is none. Rejects with the end of the output if the process exits before
 * @property {Promise<number | NodeJS.Signals>} ended exit code, or the signal that ended the process; resolves when the output is complete
 * @property {(signal: NodeJS.Signals) => Promise<number | NodeJS.Signals>} end sends a signal and waits for the exit
 */

/**
 * @typedef {object} ChildOptions
 * @property {NodeJS.ProcessEnv} [env] the whole environment; default: that of this process
 * @property {string} [log] file to which the output is appended
 * @property {number} [keep] number of characters of each output stream to keep in memory; default: all
 * @property {boolean} [detached] own process group, so that Ctrl-C in the terminal does not reach it
 * @property {boolean} [ipc] opens a channel for messages
 */

/**
 * Starts a command in the project folder and collects its output.
 * @param {string} command
 * @param {readonly string[]} words
 * @param {ChildOptions} [options]
 * @returns {Child}
 */
export function startChild(
  command,
  words,
  { env, log, keep = Infinity, detached = false, ipc = false } = {},
) {
  const child = spawn(command, words, {
    cwd: ROOT,
    env,
    detached,
    stdio: ipc ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'],
  });
  const logFile = log === undefined ? undefined : createWriteStream(log, { flags: 'a' });
  const text = { stdout: '', stderr: '' };
  /** @type {Set<() => void>} */
  const looks = new Set();
  for (const stream of /** @type {const} */ (['stdout', 'stderr']))
    child[stream]?.setEncoding('utf8').on('data', (/** @type {string} */ chunk) => {
      logFile?.write(chunk);
      text[stream] = (text[stream] + chunk).slice(-keep);
      for (const look of looks) look();
    });
  const ended = once(child, 'close').then(([code, signal]) => code ?? signal);
  ended.catch(() => undefined).finally(() => logFile?.end());
  const output = () => text.stdout + text.stderr;
  return {
    process: child,
    out: () => text.stdout,
    err: () => text.stderr,
    until: (pattern, withinMs = WATCHDOG_MS) =>
      new Promise((resolve, reject) => {
        const fail = (/** @type {string} */ what) => {
          clearTimeout(timer);
          looks.delete(look);
          const called = [command, ...words].join(' ');
          reject(new Error(`${called} ${what} ${pattern}:\n${output().slice(-QUOTED)}`));
        };
        const look = () => {
          const found = pattern.exec(output());
          if (!found) return;
          clearTimeout(timer);
          looks.delete(look);
          resolve(found[1] ?? found[0]);
        };
        const timer = setTimeout(() => fail(`did not print within ${withinMs / 1_000} s`), withinMs);
        looks.add(look);
        ended.then((code) => fail(`ended (${code}) without printing`), reject);
        look();
      }),
    ended,
    end: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}

/** @type {boolean | undefined} */
let built;

/**
 * Returns the arguments with which Node runs a program of the project, in the project folder. Node runs the build if
 * it is up to date, because the build starts in half of the CPU time. Otherwise Node runs the source with tsx.
 * @param {string} program path without file extension, for example `workers/main`
 */
export function programWords(program) {
  built ??= isBuilt();
  return built ? [`dist/${program}.js`] : ['--import', 'tsx', `${program}.ts`];
}

/**
 * Starts `node <words>` in the project folder.
 * @param {readonly string[]} words
 * @param {ChildOptions} [options]
 */
export function startNode(words, options = {}) {
  return startChild(process.execPath, words, options);
}
