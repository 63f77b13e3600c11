import { spawn } from 'node:child_process';
import { ROOT } from './setup.mjs';

/**
 * Runs a command in the project folder with inherited stdio, and exits with its exit code. Ctrl-C reaches the child through the terminal;
 * SIGTERM is forwarded. In both cases this process waits for the child, so that its dependencies (Redis) stop after it.
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
