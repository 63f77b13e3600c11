import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { onPath } from '../scripts/redis.mjs';

/** Whether processes can be bound to cores here: Linux with util-linux and two cores. Elsewhere the system places them as it likes. */
export const canPin = process.platform === 'linux' && cpus().length >= 2 && onPath('taskset') !== undefined;

/** A command that runs on the first core alone: "on one core" means the helper threads of Node, too. */
export function onFirstCore(command: readonly string[]): readonly string[] {
  return canPin ? ['taskset', '-c', '0', ...command] : command;
}

/** Leaves the first core to the server: this process and those that it starts run on the others. */
export function leaveFirstCore(): void {
  bind(process.pid, `1-${cpus().length - 1}`);
}

/** Lets a process run wherever there is time: Redis, which on two cores must live beside the load or the server. */
export function onAnyCore(pid: number): void {
  bind(pid, `0-${cpus().length - 1}`);
}

function bind(pid: number, cores: string): void {
  if (canPin) execFileSync('taskset', ['-a', '-c', '-p', cores, String(pid)], { stdio: 'ignore' });
}
