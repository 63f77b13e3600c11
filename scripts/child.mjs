import { spawn } from 'node:child_process';
import { ROOT } from './setup.mjs';

/**
 * Runs a command in the folder of the project, with our terminal, until it ends; its exit code becomes ours.
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
  process.exitCode = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}
