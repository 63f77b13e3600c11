import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { recert } from '../../support/cli.js';
import { parseConfig } from '../../../src/config/load.js';
import { startReceiver } from '../../../src/receiver.js';
import { createTelemetry } from '../../../src/telemetry/bus.js';
import {
  type PagerdutyBody,
  type SlackBody,
  type SimulatedReceiver,
  startPagerduty,
  startSlack,
} from '../../support/notify/simulated-receivers.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { startWorkerChild, type WorkerChild, workerYaml } from '../workers/support.js';

const CANARY = 'canary5f1c';
const NOWHERE = 'http://127.0.0.1:1';

let server: TestRedis;
let slack: SimulatedReceiver<SlackBody>;
let pager: SimulatedReceiver<PagerdutyBody>;
let children: WorkerChild[];
beforeEach(async () => {
  [server, slack, pager] = await Promise.all([startTestRedis(), startSlack(CANARY), startPagerduty()]);
  children = [];
});
afterEach(async () => {
  await Promise.all(children.map((child) => child.close()));
  await Promise.all([slack.close(), pager.close(), server.close()]);
});

const yaml = (more: readonly string[] = []) => `${workerYaml(server.url, NOWHERE)}
http: { port: 0, publicUrl: 'https://recert.example.com' }
notifications:
  every: 200ms
  ${more.join('\n  ')}
  channels:
    team: { type: slack, url: '${slack.url}' }
    pager: { type: pagerduty, routingKey: ${CANARY}${'0'.repeat(22)}, api: '${pager.url}', least: warning }
`;

async function startChild(more: readonly string[] = []): Promise<WorkerChild> {
  const child = await startWorkerChild(yaml(more));
  children.push(child);
  return child;
}

/** The last webhook was a day ago, which every worker reports as an incident. */
async function letWebhooksBeSilent(): Promise<void> {
  const redis = new Redis(server.url);
  const fields = ['event', 'ComputerCheckIn', 'outcome', 'touch', 'body', ''];
  await redis.xadd('{recert}:demo:events', `${Date.now() - 86_400_000}-0`, ...fields);
  redis.disconnect();
}

test('when a worker is killed while it sends messages, another continues, and no message is lost or sent twice', async () => {
  await letWebhooksBeSilent();
  slack.answer('hang');
  const first = await startChild();
  await expect.poll(() => slack.requestCount()).toBeGreaterThan(0);
  // PagerDuty has received the message, and that is stored.
  await expect.poll(() => first.said('notify.sent').length).toBe(1);
  first.signal('SIGKILL');
  await first.ended;

  slack.answer(null);
  const others = await Promise.all([startChild(), startChild()]);
  await expect.poll(() => slack.accepted.length).toBe(1);
  const sent = () => others.flatMap((child) => child.said('notify.sent'));
  await expect.poll(() => sent().length).toBe(1);
  expect(slack.accepted[0]?.text).toMatch(/^No webhooks from demo since/);
  expect(pager.accepted).toHaveLength(1);
  expect(others.flatMap((child) => child.said('incident.opened'))).toEqual([]);
  const everything = JSON.stringify(
    children.map((child) => ['job.failed', 'notify.sent', 'notify.failed'].map((kind) => child.said(kind))),
  );
  expect(everything).not.toContain(CANARY);
});

test('a receiver reports that no worker runs, and the first worker with a heartbeat resolves it', async () => {
  let beats = 0;
  const watchman = createServer((_request, response) => {
    beats += 1;
    response.end();
  });
  await new Promise<void>((resolve) => watchman.listen(0, '127.0.0.1', resolve));
  const { port } = watchman.address() as AddressInfo;
  const more = [
    'workersSilent: 1s',
    'recoverAfter: 300ms',
    `heartbeat: 'http://127.0.0.1:${port}/${CANARY}'`,
  ];
  const config = parseConfig(yaml(more), { source: 'test', environment: {} });
  const receiver = await startReceiver(config, { telemetry: createTelemetry() });
  try {
    const silence = () =>
      pager.accepted
        .filter(({ dedup_key }) => dedup_key === 'recert/workers-silent')
        .map((one) => one.event_action);
    await expect.poll(silence).toEqual(['trigger']);
    expect(beats).toBe(0);
    await startChild(more);
    await expect.poll(silence).toEqual(['trigger', 'resolve']);
    await expect.poll(() => beats).toBeGreaterThan(1);
    expect(slack.accepted.filter(({ text }) => /No worker active since/.test(text))).toHaveLength(2);
  } finally {
    await receiver.stop();
    await new Promise((resolve) => watchman.close(resolve));
  }
});

test('recert notify test sends a message to every channel, and names those that failed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'recert-notify-'));
  const file = join(folder, 'recert.yaml');
  await writeFile(file, yaml());
  const said: string[] = [];
  const run = async (...words: string[]) => {
    const { code } = await recert(['notify', 'test', ...words], {
      environment: { RECERT_CONFIG: file },
      out: (text) => void said.push(text),
      err: (text) => void said.push(text),
    });
    return code;
  };
  try {
    expect(await run()).toBe(0);
    expect(said).toEqual(['ok    team: accepted by slack', 'ok    pager: accepted by pagerduty']);
    expect(pager.accepted.map((one) => one.event_action)).toEqual(['trigger', 'resolve']);
    slack.answer({ status: 404, body: 'no_service' });
    expect(await run()).toBe(1);
    expect(said.slice(2)).toEqual([
      'fail  team: not accepted by slack: answered 404 (no_service)',
      'ok    pager: accepted by pagerduty',
    ]);
    expect(await run('--channel', 'pager')).toBe(0);
    expect(await run('--channel', 'nobody')).toBe(2);
    expect(said.join('\n')).not.toContain(CANARY);
  } finally {
    await rm(folder, { recursive: true });
  }
});
