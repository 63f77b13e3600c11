import { spawn } from 'node:child_process';
import { ROOT } from './setup.mjs';

/**
 * Runs a command in the folder of the project, with our terminal, until it ends; its exit code becomes ours. The terminal sends Ctrl-C
 * to it as well; SIGTERM is handed on. This process waits for it in both cases, so that what it needs ends after it.
 * @param {string} command
 * @param {string[]} words
 * @param {Record<string, string>} [environment] beside our own
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
