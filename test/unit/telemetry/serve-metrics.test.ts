import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterEach, describe, expect, it } from 'vitest';
import { Secret } from '../../../src/config/values/secret.js';
import { createMetrics } from '../../../src/telemetry/metrics.js';
import { type MetricsAccess, serveMetrics } from '../../../src/telemetry/serve-metrics.js';

const { registry } = createMetrics({ process: 'receiver', version: '1.2.3' });
const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

async function ask(access: MetricsAccess, headers: Readonly<Record<string, string>> = {}) {
  const app = express();
  app.get('/metrics', serveMetrics(registry, access));
  const server = createServer(app).listen(0, '127.0.0.1');
  closing.push(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}/metrics`, { headers });
  return {
    status: response.status,
    text: await response.text(),
    challenge: response.headers.get('www-authenticate'),
  };
}

describe('/metrics', () => {
  it('names the version of Recert and the process', async () => {
    const { status, text } = await ask({ localOnly: true });
    expect(status).toBe(200);
    expect(text).toContain(
      `recert_build_info{process="receiver",version="1.2.3",node_version="${process.version}"} 1`,
    );
  });

  it.each(['X-Forwarded-For', 'Forwarded', 'Via', 'X-Real-IP'])(
    'without a token, rejects a request that a proxy on the same host passed on (%s)',
    async (header) => {
      const { status, text } = await ask({ localOnly: true }, { [header]: '203.0.113.7' });
      expect(status).toBe(403);
      expect(text).toContain('metrics.token');
      expect(text).not.toContain('recert_');
    },
  );

  it('requires the whole token, and then accepts requests through a proxy', async () => {
    const access = { token: new Secret('token-of-prometheus'), localOnly: true };
    for (const authorization of ['', 'Bearer', 'Bearer token-of-prometheu', 'Basic token-of-prometheus']) {
      const { status, text, challenge } = await ask(access, { authorization });
      expect([authorization, status, challenge]).toEqual([authorization, 401, 'Bearer']);
      expect(text).not.toContain('recert_');
    }
    const headers = { authorization: 'Bearer token-of-prometheus', 'X-Forwarded-For': '203.0.113.7' };
    expect((await ask(access, headers)).status).toBe(200);
  });
});
