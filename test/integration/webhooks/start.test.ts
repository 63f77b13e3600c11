import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { parseConfig } from '../../../src/config/load.js';
import { type Receiver, startReceiver } from '../../../src/receiver.js';
import { createTelemetry } from '../../../src/telemetry/bus.js';
import { configText, HEADERS, type TestEnvironment, startEnvironment, webhook } from './environment.js';

let environment: TestEnvironment;
let folder: string;
const receivers: Receiver[] = [];
beforeAll(async () => {
  environment = await startEnvironment();
  folder = await mkdtemp(join(tmpdir(), 'rc-'));
});
afterAll(async () => {
  await Promise.all(receivers.map((receiver) => receiver.stop()));
  await environment.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(redisUrl: string, more: object = {}): Promise<string> {
  const text = stringify({ ...(parse(configText(redisUrl)) as object), ...more });
  const config = parseConfig(text, { source: 'test', environment: {} });
  const receiver = await startReceiver(config, { telemetry: createTelemetry() });
  receivers.push(receiver);
  return receiver.url;
}

async function send(url: string): Promise<{ status: number; outcome: unknown }> {
  const response = await fetch(`${url}/webhooks/jamf/prod`, {
    method: 'POST',
    headers: HEADERS,
    body: webhook('ComputerInventoryCompleted', { jssID: 1 }),
  });
  const body = (await response.json()) as { outcome?: unknown };
  return { status: response.status, outcome: body.outcome };
}

test('the first webhook after a start is admitted', async () => {
  const url = await start(environment.server.url);
  expect(await send(url)).toEqual({ status: 202, outcome: 'admitted' });
});

test('a receiver also starts without Redis, and spools', async () => {
  const url = await start('redis://127.0.0.1:1', { spool: { folder: join(folder, 'spool') } });
  expect(await send(url)).toEqual({ status: 202, outcome: 'spooled' });
});

test('health paths have one spelling, which a proxy can block', async () => {
  const url = await start(environment.server.url);
  const get = async (path: string) => {
    const response = await fetch(`${url}${path}`);
    return { status: response.status, text: await response.text() };
  };
  expect((await get('/metrics')).text).toContain('recert_');
  for (const path of [
    '/METRICS',
    '/Metrics',
    '/metrics/',
    '//metrics',
    '/%6Detrics',
    '/READYZ',
    '/readyz/',
    '/Healthz',
  ])
    expect((await get(path)).text, path).not.toMatch(/recert_|"status":"(ok|ready)"/);
  expect((await get('/api/v1/session/ways')).status).toBe(200);
  for (const path of [
    '/Api/v1/session/ways',
    '/api/V1/session/ways',
    '/API/OPENAPI.JSON',
    '/QUEUES',
    '/Api/docs',
  ])
    expect((await get(path)).text, path).not.toMatch(/breakGlass|openapi"|Recert queues|swagger/i);
  const upper = await fetch(`${url}/Webhooks/jamf/prod`, { method: 'POST', headers: HEADERS, body: '{}' });
  expect(upper.status).toBe(404);
});
