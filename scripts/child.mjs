import { spawn } from 'node:child_process';
import { ROOT } from './setup.mjs';

/**
 * Runs a command in the project folder with inherited stdio, and exits with the exit code of the command. Ctrl-C in
 * the terminal also reaches the child, and this process forwards SIGTERM to it. In both cases this process waits for
 * the child, because Redis must stop after the child.
 * @param {string} command
 * @param {string[]} words
 * @param {Record<string, string>} [environment] additional variables
 */
export async function handOver(command, words, environment = {}) {
  const child = spawn(command, words, {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  const relay = (/** @type {NodeJS.Signals} */ signal) => void (signal === 'SIGTERM' && child.kill(signal));
  process.on('SIGINT', relay);
  process.on('SIGTERM', relay);
  process.exitCode = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}
