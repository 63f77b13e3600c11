import { Agent, request } from 'node:http';
import express, { type Express } from 'express';
import { afterEach, describe, expect, it } from 'vitest';
import { closeGently, createHttpServer, listen } from '../../../src/process/http.js';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0)) await undo();
});

async function start(app: Express) {
  const server = createHttpServer(app);
  const url = await listen(server, { host: '127.0.0.1', port: 0 });
  cleanUp.push(() => closeGently(server));
  return { server, url };
}

/** A request by an agent: resolves with status, body and headers. */
function get(url: string, agent: Agent): Promise<{ status: number; body: string; connection: string }> {
  return new Promise((resolve, reject) => {
    request(url, { agent }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (body += chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body, connection: response.headers.connection ?? '' }),
      );
    })
      .on('error', reject)
      .end();
  });
}

function keepAlive(): Agent {
  const agent = new Agent({ keepAlive: true });
  cleanUp.push(() => agent.destroy());
  return agent;
}

describe('the HTTP server', () => {
  it('creates requests and responses with the prototypes of the application, so that Express changes none', async () => {
    const app = express();
    const changed: unknown[] = [];
    app.get('/', (req, res) => {
      changed.push(Object.getPrototypeOf(req) === app.request, Object.getPrototypeOf(res) === app.response);
      res.json({ ip: req.ip, query: req.query });
    });
    const { server, url } = await start(app);
    server.prependListener('request', (req, res) => {
      changed.push(Object.getPrototypeOf(req) === app.request, Object.getPrototypeOf(res) === app.response);
    });
    expect(await get(`${url}/?a=1`, keepAlive())).toMatchObject({
      body: '{"ip":"127.0.0.1","query":{"a":"1"}}',
    });
    expect(changed).toEqual([true, true, true, true]);
  });

  it('logs its address', async () => {
    const { server } = await start(express());
    const address = server.address();
    expect(typeof address === 'object' && address?.port).toBeGreaterThan(0);
  });
});

describe('a graceful stop', () => {
  it('answers accepted requests, tells the client to close the connection, and then ends idle connections', async () => {
    const app = express();
    let answer = () => undefined as unknown;
    const begun = new Promise<void>((resolve) => {
      app.get('/slow', (_req, res) => {
        answer = () => res.send('slow');
        resolve();
      });
    });
    app.get('/', (_req, res) => void res.send('quick'));
    const { server, url } = await start(app);
    const idle = keepAlive();
    await get(url, idle);
    const slow = get(`${url}/slow`, keepAlive());
    await begun;

    let closed = false;
    const closing = closeGently(server).then(() => (closed = true));
    // Sent on an open connection before the client can know of the stop.
    expect(await get(url, idle)).toEqual({ status: 200, body: 'quick', connection: 'close' });
    await expect(get(url, keepAlive())).rejects.toThrow('ECONNREFUSED');
    expect(closed).toBe(false);
    answer();
    expect(await slow).toMatchObject({ status: 200, body: 'slow' });
    await closing;
    expect(closed).toBe(true);
  });

  it('completes at once without connections, and may be requested twice', async () => {
    const { server } = await start(express());
    await closeGently(server);
    await closeGently(server);
    expect(server.listening).toBe(false);
  });
});
