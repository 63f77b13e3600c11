import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { onPath } from '../scripts/install.mjs';

/** Whether processes can be bound to cores: requires Linux, `taskset` of util-linux and two cores. Otherwise nothing is bound. */
export const canPin = process.platform === 'linux' && cpus().length >= 2 && onPath('taskset') !== undefined;

/** The command with a prefix that binds it, including the helper threads of Node.js, to the first core. */
export function onFirstCore(command: readonly string[]): readonly string[] {
  return canPin ? ['taskset', '-c', '0', ...command] : command;
}

/** Binds this process and its future children to all cores but the first, which is reserved for the server. */
export function leaveFirstCore(): void {
  bind(process.pid, `1-${cpus().length - 1}`);
}

/** Allows a process on all cores: on a machine with two cores, Redis shares one with the load generator or the server. */
export function onAnyCore(pid: number): void {
  bind(pid, `0-${cpus().length - 1}`);
}

function bind(pid: number, cores: string): void {
  if (canPin) execFileSync('taskset', ['-a', '-c', '-p', cores, String(pid)], { stdio: 'ignore' });
}
