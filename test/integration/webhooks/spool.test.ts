import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
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
const children: ChildProcess[] = [];
beforeAll(async () => {
  environment = await startEnvironment();
  folder = await mkdtemp(join(tmpdir(), 'rc-'));
  const config = parse(configText(environment.server.url)) as object;
  await writeFile(
    join(folder, 'recert.yaml'),
    stringify({ ...config, spool: { folder: join(folder, 'spool') } }),
  );
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await environment.close();
  await rm(folder, { recursive: true, force: true });
});

async function startProcess(): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, programWords('src/main'), {
    cwd: new URL('../../..', import.meta.url),
    env: { ...process.env, RECERT_CONFIG: join(folder, 'recert.yaml') },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  children.push(child);
  let text = '';
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const address = () => /"address":"([^"]+)"/.exec(text)?.[1];
  await until(() => Promise.resolve(address() !== undefined));
  return { child, url: address() ?? '' };
}

const readiness = async (url: string) => {
  const response = await fetch(`${url}/readyz`);
  return { status: response.status, text: await response.text() };
};

it('after a kill of Redis under load, and then of the receiver, every webhook that got 202 is in Redis exactly once', async () => {
  const { child, url } = await startProcess();
  await until(async () => (await readiness(url)).status === 200);
  const answered = new Map<string, string>();
  let slowestMs = 0;
  let slowestHealthMs = 0;
  let gone = false;
  let id = 0;
  const sender = async () => {
    while (!gone) {
      id += 1;
      const jssID = id;
      const startedAt = performance.now();
      // One in three has no timestamp: it is never a duplicate of another, and a replay must not duplicate it either.
      const body =
        jssID % 3 === 0
          ? JSON.stringify({
              webhook: { webhookEvent: 'ComputerInventoryCompleted' },
              event: { jssID, password: 'hunter2' },
            })
          : webhook('ComputerInventoryCompleted', { jssID });
      const response = await fetch(`${url}/webhooks/jamf/prod`, {
        method: 'POST',
        headers: HEADERS,
        body,
      }).catch(() => null);
      if (!response) return;
      const answer = (await response.json().catch(() => null)) as { outcome: string } | null;
      slowestMs = Math.max(slowestMs, performance.now() - startedAt);
      if (response.status === 202 && answer) answered.set(String(jssID), answer.outcome);
    }
  };
  // The response time of the receiver for a request that needs neither Redis nor the disk.
  const measure = async () => {
    while (!gone) {
      const startedAt = performance.now();
      if (!(await fetch(`${url}/healthz`).catch(() => null))) return;
      slowestHealthMs = Math.max(slowestHealthMs, performance.now() - startedAt);
    }
  };
  const outcomes = (outcome: string) => [...answered.values()].filter((one) => one === outcome).length;
  const sending = Promise.all([measure(), ...Array.from({ length: 8 }, sender)]);
  await until(() => Promise.resolve(outcomes('admitted') > 100));
  await environment.server.kill();
  await until(() => Promise.resolve(outcomes('spooled') > 200));
  const ready = await readiness(url);
  expect(ready.status).toBe(200);
  expect(ready.text).toContain('spooled to the local disk');

  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
  gone = true;
  await sending;
  expect(slowestMs - slowestHealthMs).toBeLessThan(2_000);
  const root = join(folder, 'spool');
  const segments = (await readdir(root, { recursive: true })).filter((name) => name.endsWith('.ndjson'));
  const kept = await Promise.all(segments.map((name) => readFile(join(root, name), 'utf8')));
  expect(kept.join('').split('\n').length).toBeGreaterThan(outcomes('spooled'));
  expect(kept.join('')).not.toContain('hunter2');

  const next = await startProcess();
  await environment.server.restart();
  await until(async () => (await readiness(next.url)).text.includes('"redis":"ok"'));

  const log = await environment.log.page('prod', { limit: 100_000 });
  const effective = log.filter(({ outcome }) => outcome !== 'duplicate').map(({ computerId }) => computerId);
  expect(new Set(effective).size).toBe(effective.length);
  expect([...answered.keys()].filter((jssID) => !effective.includes(jssID))).toEqual([]);
  expect(await environment.hints.count('prod')).toBe(effective.length);
  const left = (await readdir(root, { recursive: true })).filter((name) => name.endsWith('.ndjson'));
  expect(left).toEqual([]);
});
