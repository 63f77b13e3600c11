import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
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
  stop(): Promise<void>;
}

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const START_MS = 20_000;

/**
 * Starts a server in a separate process on one core. Waits until it has logged its address and `readyPath`, if any, responds with 2xx.
 *
 * @throws Error with the end of its standard error if it exits earlier or does not start within 20 seconds
 */
export async function startContestant({
  args,
  env,
  readyPath,
}: {
  /** Arguments of `node`. */
  args: readonly string[];
  env?: Readonly<Record<string, string>>;
  readyPath?: string;
}): Promise<Contestant> {
  const probe = new URL('./probe.mjs', import.meta.url).href;
  const [program = '', ...programArgs] = onFirstCore([process.execPath, '--import', probe, ...args]);
  const child = spawn(program, programArgs, {
    cwd: ROOT,
    env: { ...process.env, NODE_ENV: 'production', REDIS_URL: '', ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  try {
    const url = await addressOf(child);
    if (readyPath !== undefined) await untilReady(url + readyPath);
    return { url, usage: () => readUsage(child), stop: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw error;
  }
}

function addressOf(child: ChildProcess): Promise<string> {
  let output = '';
  return new Promise((resolve, reject) => {
    const timeout = setTimeout(
      () => reject(new Error(`The server logged no address within ${START_MS} ms: ${output}`)),
      START_MS,
    );
    child.stderr?.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-4_000);
      const address = /"address":"([^"]+)"/.exec(output)?.[1];
      if (address === undefined) return;
      clearTimeout(timeout);
      resolve(address);
    });
    child.on('error', reject);
    child.on('exit', () => {
      clearTimeout(timeout);
      reject(new Error(`The server exited during startup: ${output}`));
    });
  });
}

async function untilReady(url: string): Promise<void> {
  const endAt = Date.now() + START_MS;
  for (;;) {
    const response = await fetch(url);
    const body = await response.text();
    if (response.ok) return;
    if (Date.now() > endAt) throw new Error(`The server was not ready within ${START_MS} ms: ${body}`);
    await wait(50);
  }
}

async function readUsage(child: ChildProcess): Promise<Usage> {
  const answer = once(child, 'message');
  child.send('usage');
  const [usage] = (await answer) as [Usage];
  return usage;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}
