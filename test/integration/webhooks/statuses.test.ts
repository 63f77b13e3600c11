import { connect } from 'node:net';
import { readdirSync, readFileSync } from 'node:fs';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Receiver } from '../../../src/receiver.js';
import { fixture, HEADERS, type TestEnvironment, SECRET, startEnvironment, webhook } from './environment.js';

let environment: TestEnvironment;
let receiver: Receiver;
beforeAll(async () => {
  environment = await startEnvironment();
  receiver = await environment.start();
});
afterAll(() => environment.close());

const post = (instance = 'prod') => request(receiver.url).post(`/webhooks/jamf/${instance}`);
const mac = { jssID: 6, udid: 'U6', serialNumber: 'S6' };
const inventory = () => webhook('ComputerInventoryCompleted', mac);

/** Problem details that say what to do. */
const problem = (status: number, says: string) => ({
  status,
  type: 'application/problem+json',
  body: {
    type: expect.stringMatching(/^urn:recert:problem:/) as string,
    title: expect.any(String) as string,
    status,
    detail: expect.stringContaining(says) as string,
  },
});

describe('a webhook with status 202', () => {
  /** Time of the last event below. Each is another event. */
  let spoiled = 1_780_480_800_123;
  const files = readdirSync(new URL('../../fixtures/webhooks/', import.meta.url));

  it.each(files)('is admitted for %s', async (file) => {
    const type = file.endsWith('.xml') ? 'text/xml' : 'application/json';
    const response = await post().set('X-Api-Key', SECRET).type(type).send(fixture(file));
    expect(response.status).toBe(202);
    expect(response.type).toBe('application/json');
    expect(response.body).toMatchObject({ outcome: expect.stringMatching(/admitted|ignored/) as string });
  });

  it.each([
    ['text/xml', 'Lab &#55357;&#56877;'],
    ['text/xml', 'Lab &#x0;&#27;'],
    ['application/xml', 'R&D'],
    ['application/json', 'Lab\nMac'],
    ['application/json', 'Lab "one"\tMac'],
    ['application/json', 'Lab \\ud83d \\Qa'],
  ])('is admitted for a device name that is not escaped: %s, %j', async (type, name) => {
    const at = (spoiled += 1);
    const body = type.endsWith('xml')
      ? `<?xml version="1.0" encoding="UTF-8"?><JSSEvent><webhook><id>1</id><name>x</name><webhookEvent>ComputerInventoryCompleted</webhookEvent><eventTimestamp>${at}</eventTimestamp></webhook><event><jssID>305</jssID><deviceName>${name}</deviceName></event></JSSEvent>`
      : `{"webhook":{"id":1,"webhookEvent":"ComputerInventoryCompleted","eventTimestamp":${at}},"event":{"jssID":305,"deviceName":"${name}"}}`;
    const response = await post().set('X-Api-Key', SECRET).type(type).send(body);
    expect([response.status, response.body]).toEqual([
      202,
      { outcome: 'admitted', event: 'ComputerInventoryCompleted', effect: 'hint', computers: 1 },
    ]);
  });

  it('is admitted once; the body of the second response says that it is a duplicate', async () => {
    const body = inventory();
    expect((await post().set(HEADERS).send(body)).body).toEqual({
      outcome: 'admitted',
      event: 'ComputerInventoryCompleted',
      effect: 'hint',
      computers: 1,
    });
    const again = await post().set(HEADERS).send(body);
    expect(again.status).toBe(202);
    expect(again.body).toEqual({
      outcome: 'duplicate',
      event: 'ComputerInventoryCompleted',
      effect: 'none',
      computers: 0,
    });
  });

  it('is admitted with either secret during a rotation, by basic authentication, and without authentication where none is required', async () => {
    expect(
      (
        await post()
          .set({ ...HEADERS, 'X-Api-Key': 'header-secret-2' })
          .send(inventory())
      ).status,
    ).toBe(202);
    const basic = await post('staging').type('json').auth('jamf', 'basic-secret').send(inventory());
    expect(basic.status).toBe(202);
    expect((await post('lab').type('json').send(inventory())).status).toBe(202);
    expect(environment.events).toContainEqual({
      kind: 'webhook.unauthenticated',
      fields: { instance: 'lab' },
    });
  });
});

describe('a refused webhook', () => {
  it('has status 400 for an invalid body', async () => {
    expect(await post().set(HEADERS).send('{"webhook":')).toMatchObject(problem(400, 'not valid JSON'));
    expect(await post().set(HEADERS).send('{}')).toMatchObject(problem(400, 'webhook.webhookEvent'));
    expect(await post().set(HEADERS).send(webhook('ComputerAdded', {}))).toMatchObject(
      problem(400, 'does not identify a Mac'),
    );
    const xml = await post().set('X-Api-Key', SECRET).type('text/xml').send('<!DOCTYPE a><a/>');
    expect(xml).toMatchObject(problem(400, 'DOCTYPE'));
  });

  it('has status 401 for a wrong or missing secret, whatever else is wrong', async () => {
    expect(await post().type('json').send(inventory())).toMatchObject(problem(401, 'authentication'));
    const wrong = await post().set('X-Api-Key', 'wrong').type('text/plain').send('x'.repeat(2_000_000));
    expect(wrong).toMatchObject(problem(401, 'instances.prod.webhooks.authentication'));
    expect(wrong.headers['www-authenticate']).toBeUndefined();
    const basic = await post('staging').type('json').auth('jamf', 'wrong').send(inventory());
    expect(basic).toMatchObject(problem(401, 'authentication'));
    expect(basic.headers['www-authenticate']).toMatch(/^Basic /);
    expect(JSON.stringify(environment.events)).not.toContain('wrong');
  });

  it('has status 404 for a server that is not configured', async () => {
    expect(await post('elsewhere').set(HEADERS).send(inventory())).toMatchObject(problem(404, 'instances'));
    expect(await post('__proto__').set(HEADERS).send(inventory())).toMatchObject(problem(404, 'instances'));
  });

  it('has status 405 for another method', async () => {
    const response = await request(receiver.url).get('/webhooks/jamf/prod').set(HEADERS);
    expect(response).toMatchObject(problem(405, 'POST'));
    expect(response.headers.allow).toBe('POST');
  });

  it('has status 413 for a body that is announced as too large or becomes too large', async () => {
    const tooLarge = `{"a":"${'x'.repeat(1_000_000)}"}`;
    expect(await post().set(HEADERS).send(tooLarge)).toMatchObject(problem(413, 'http.bodyLimit'));
    const answer = await sendChunked(tooLarge);
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
    expect(answer).toContain('http.bodyLimit');
  });

  it('has status 415 for a body that is neither JSON nor XML', async () => {
    const plain = await post().set('X-Api-Key', SECRET).type('text/plain').send(inventory());
    expect(plain).toMatchObject(problem(415, 'content type'));
    const packed = await post().set(HEADERS).set('Content-Encoding', 'gzip').send('x');
    expect(packed).toMatchObject(problem(415, 'Content-Encoding'));
  });

  it('is reported to operators with its status and without its content', () => {
    const refused = environment.events.filter(({ kind }) => kind === 'webhook.refused');
    expect(refused.length).toBeGreaterThan(5);
    expect(refused[0]?.fields).toMatchObject({ instance: 'prod', status: 400, source: '127.0.0.1' });
  });
});

it('a disconnect during the body is reported to operators, and nothing is admitted', async () => {
  const before = await environment.redis.xlen(environment.key('prod', 'events'));
  const { hostname, port } = new URL(receiver.url);
  const socket = connect(Number(port), hostname);
  socket.write(
    `POST /webhooks/jamf/prod HTTP/1.1\r\nHost: x\r\nX-Api-Key: ${SECRET}\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"webhook"`,
  );
  setTimeout(() => socket.destroy(), 100);
  await expect.poll(() => environment.events.map(({ kind }) => kind)).toContain('webhook.aborted');
  expect(await environment.redis.xlen(environment.key('prod', 'events'))).toBe(before);
});

it('the metrics count the responses', async () => {
  const metrics = await request(receiver.url).get('/metrics');
  expect(metrics.text).toMatch(
    /recert_webhooks_total\{server="prod",event="ComputerInventoryCompleted",outcome="duplicate"\} 1/,
  );
  expect(metrics.text).toMatch(/recert_webhooks_total\{[^}]*event="unknown"/);
  expect(metrics.text).toMatch(/recert_webhooks_refused_total\{server="prod",status="401"\} \d/);
});

it('README example', async () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  const command = /curl -i (\S+) \\\n((?:.*\\\n)*)\s*-d '([^']+)'/.exec(readme);
  const [, address = '', options = '', body = ''] = command ?? [];
  const headers = Object.fromEntries(
    [...options.matchAll(/-H ['"]([^:]+): ([^'"]+)['"]/g)].map(([, name = '', value = '']) => [
      name,
      value.replace('$WEBHOOK_KEY', SECRET),
    ]),
  );
  expect(headers).toEqual({ 'Content-Type': 'application/json', 'X-Api-Key': SECRET });
  const response = await request(receiver.url).post(new URL(address).pathname).set(headers).send(body);
  expect(response.status).toBe(202);
  expect(response.body).toEqual({
    outcome: 'admitted',
    event: 'ComputerInventoryCompleted',
    effect: 'hint',
    computers: 1,
  });
});

/** Sends a body in chunks without its length. Returns the raw response. */
function sendChunked(body: string): Promise<string> {
  const { hostname, port } = new URL(receiver.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let answer = '';
    socket.on('data', (data) => {
      answer += data.toString();
      // The connection stays open: the sender of a too large body may send another request.
      if (answer.endsWith('}')) socket.end();
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
    socket.write(
      `POST /webhooks/jamf/prod HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Api-Key: ${SECRET}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`,
    );
    socket.write(`${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`);
  });
}
