import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { onFirstCore } from './pinning.js';

/** What a server process has used since its start. */
export interface Usage {
  cpuUs: number;
  rss: number;
  heapUsed: number;
}

/** A server process under test. */
export interface Contestant {
  url: string;
  usage(): Promise<Usage>;
  stop(): Promise<void>;
}

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const START_MS = 20_000;

/**
 * Starts a server in a process of its own, on one core, and waits until it tells its address and, when it has a `readyPath`, is ready.
 *
 * @throws when it ends before, or takes too long; the error carries what it said.
 */
export async function startContestant({
  args,
  env,
  readyPath,
}: {
  /** After `node`. */
  args: readonly string[];
  env?: Readonly<Record<string, string>>;
  readyPath?: string;
}): Promise<Contestant> {
  const probe = new URL('./probe.mjs', import.meta.url).href;
  const [program = '', ...words] = onFirstCore([process.execPath, '--import', probe, ...args]);
  const child = spawn(program, words, {
    cwd: ROOT,
    env: { ...process.env, NODE_ENV: 'production', REDIS_URL: '', ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  try {
    const url = await addressOf(child);
    if (readyPath !== undefined) await untilReady(url + readyPath);
    return { url, usage: () => ask(child), stop: () => end(child) };
  } catch (error) {
    await end(child);
    throw error;
  }
}

function addressOf(child: ChildProcess): Promise<string> {
  let said = '';
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`no address within ${START_MS} ms: ${said}`)), START_MS);
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-4_000);
      const address = /"address":"([^"]+)"/.exec(said)?.[1];
      if (address === undefined) return;
      clearTimeout(late);
      resolve(address);
    });
    child.on('error', reject);
    child.on('exit', () => {
      clearTimeout(late);
      reject(new Error(`a server ended at its start: ${said}`));
    });
  });
}

async function untilReady(url: string): Promise<void> {
  const endAt = Date.now() + START_MS;
  for (;;) {
    const response = await fetch(url);
    const said = await response.text();
    if (response.ok) return;
    if (Date.now() > endAt) throw new Error(`not ready within ${START_MS} ms: ${said}`);
    await wait(50);
  }
}

async function ask(child: ChildProcess): Promise<Usage> {
  const answer = once(child, 'message');
  child.send('usage');
  const [usage] = (await answer) as [Usage];
  return usage;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}
