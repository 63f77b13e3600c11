import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { programWords } from '../../../harness/child.mjs';
import {
  configText,
  HEADERS,
  type TestEnvironment,
  startEnvironment,
  until,
  webhook,
} from './environment.js';

let environment: TestEnvironment;
let folder: string;
const children = new Set<ChildProcess>();
beforeAll(async () => {
  environment = await startEnvironment();
  folder = await mkdtemp(join(tmpdir(), 'recert-receiver-'));
  await writeFile(join(folder, 'recert.yaml'), configText(environment.server.url));
});
afterEach(async () => {
  for (const child of children) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  }
  children.clear();
});
afterAll(async () => {
  await environment.close();
  await rm(folder, { recursive: true });
});

/** Starts the receiver as a separate process. */
async function startProcess(): Promise<{ child: ChildProcess; url: string; said: () => string }> {
  const child = spawn(process.execPath, programWords('src/main'), {
    cwd: new URL('../../..', import.meta.url),
    env: { ...process.env, RECERT_CONFIG: join(folder, 'recert.yaml') },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  children.add(child);
  let text = '';
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const address = () => /"address":"([^"]+)"/.exec(text)?.[1];
  await until(() => Promise.resolve(address() !== undefined));
  const url = address() ?? '';
  await until(async () => (await fetch(`${url}/readyz`)).status === 200);
  return { child, url, said: () => text };
}

/** Sends webhooks of Macs 1, 2, 3 … without a pause until one gets no response. Returns the IDs that got 202. */
async function sendUntilGone(url: string, senders: number): Promise<string[]> {
  const admitted: string[] = [];
  let id = 0;
  const sender = async () => {
    for (;;) {
      id += 1;
      const jssID = id;
      const body = webhook('ComputerInventoryCompleted', { jssID });
      const response = await fetch(`${url}/webhooks/jamf/prod`, {
        method: 'POST',
        headers: HEADERS,
        body,
      }).catch(() => null);
      if (!response) return;
      if (response.status === 202) admitted.push(String(jssID));
      await response.arrayBuffer().catch(() => null);
    }
  };
  await Promise.all(Array.from({ length: senders }, sender));
  return admitted;
}

const keptIds = async () => {
  const kept = await environment.log.page('prod', { limit: 100_000 });
  return new Set(kept.map(({ computerId }) => computerId));
};
const count = async () => environment.redis.xlen(environment.key('prod', 'events'));

it.each(['SIGTERM', 'SIGKILL'] as const)(
  'after %s under load, every webhook that got 202 is stored',
  async (signal) => {
    await environment.redis.flushall();
    const { child, url } = await startProcess();
    const sending = sendUntilGone(url, 8);
    await until(async () => (await count()) > 200);
    const exited = once(child, 'exit');
    child.kill(signal);
    expect(await exited).toEqual(signal === 'SIGTERM' ? [0, null] : [null, 'SIGKILL']);
    const admitted = await sending;
    const kept = await keptIds();
    expect(admitted.length).toBeGreaterThan(200);
    expect(admitted.filter((id) => !kept.has(id))).toEqual([]);
    expect(await environment.hints.count('prod')).toBe(kept.size);
  },
);

it('a second signal ends the receiver at once, even during a request', async () => {
  const { child, url, said } = await startProcess();
  // A body that never ends delays the stop of the first signal.
  const slow = fetch(`${url}/webhooks/jamf/prod`, {
    method: 'POST',
    headers: HEADERS,
    duplex: 'half',
    body: new ReadableStream({ start: (controller) => controller.enqueue(Buffer.from('{')) }),
  }).catch(() => null);
  await until(async () => {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    return metrics.includes('nodejs_active_handles');
  });
  child.kill('SIGTERM');
  await until(() => Promise.resolve(said().includes('process.stopping')));
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await exited).toEqual([1, null]);
  await slow;
});

it('the receiver warns at the start when webhooks are not authenticated', async () => {
  const { said } = await startProcess();
  expect(said()).toContain('lab: WEBHOOKS ARE NOT AUTHENTICATED');
  expect(said()).not.toContain('header-secret');
});
