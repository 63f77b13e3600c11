import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { startChild } from '../harness/child.mjs';
import type { Environment } from '../harness/environment.js';
import { onFirstCore } from './pinning.js';

/** Resources that a server process has used since its start: CPU time in microseconds, memory in bytes. */
export interface Usage {
  cpuUs: number;
  rss: number;
  heapUsed: number;
}

/** A server process under test. `url` is its base URL. */
export interface Contestant {
  url: string;
  usage(): Promise<Usage>;
}

const READY_MS = 120_000;

/** Characters of the output of a server to keep in memory. */
const KEEP = 4_000;

/**
 * Starts a server in a separate process on one core. Waits until it has logged its address and `readyPath`, if any, responds with 2xx.
 * The environment stops it.
 *
 * @throws Error with the end of its output if it exits earlier or does not become ready
 */
export async function startContestant(
  environment: Environment,
  {
    args,
    env,
    readyPath,
  }: {
    /** Arguments of `node`. */
    args: readonly string[];
    env?: Readonly<Record<string, string>>;
    readyPath?: string;
  },
): Promise<Contestant> {
  const probe = new URL('./probe.mjs', import.meta.url).href;
  const [program = '', ...programArgs] = onFirstCore([process.execPath, '--import', probe, ...args]);
  const child = startChild(program, programArgs, {
    env: { ...process.env, NODE_ENV: 'production', REDIS_URL: '', ...env },
    ipc: true,
    keep: KEEP,
  });
  environment.add(child, () => child.end('SIGTERM'));
  const url = await child.until(/"address":"([^"]+)"/);
  if (readyPath !== undefined) await untilReady(url + readyPath);
  return { url, usage: () => readUsage(child.process) };
}

async function untilReady(url: string): Promise<void> {
  const endAt = Date.now() + READY_MS;
  for (;;) {
    const response = await fetch(url);
    const body = await response.text();
    if (response.ok) return;
    if (Date.now() > endAt) throw new Error(`The server was not ready within ${READY_MS} ms: ${body}`);
    await wait(50);
  }
}

async function readUsage(child: ChildProcess): Promise<Usage> {
  const answer = once(child, 'message');
  child.send('usage');
  const [usage] = (await answer) as [Usage];
  return usage;
}
