import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer as createTlsServer } from 'node:https';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { processContext } from '../../../src/cli/context.js';
import { runCli } from '../../../src/cli/run.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recert-health-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Runs `recert healthcheck` with a configuration that has these settings, and listens on every address by default. */
async function check(settings: string, ...words: string[]): Promise<{ code: number; said: string }> {
  const file = join(folder, 'recert.yaml');
  const instance =
    'prod: { url: "https://jamf.example.com", auth: { clientId: a, clientSecret: bbbbbbbb }, webhooks: { authentication: { type: header, headers: { X-Api-Key: cccccccccccccccccccc } } }, profiles: { okta: { profile: 12 } } }';
  await writeFile(file, `redis: { url: "redis://127.0.0.1:1" }\ninstances: { ${instance} }\n${settings}\n`);
  let said = '';
  const write = (text: string) => void (said += `${text}\n`);
  const environment = { RECERT_CONFIG: file, RECERT_HOST: '0.0.0.0' };
  const code = await runCli(['healthcheck', ...words], {
    ...processContext(),
    environment,
    out: write,
    err: write,
  });
  return { code, said };
}

it('finds the process at the port of the configuration, and fails when it does not respond', async () => {
  const server = createServer((request, response) =>
    response.writeHead(request.url === '/healthz' ? 200 : 404).end(),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const settings = `http: { port: 1 }\nworker: { port: ${port} }`;
  expect(await check(settings, 'work')).toEqual({ code: 0, said: `http://127.0.0.1:${port}/healthz: 200\n` });
  expect((await check(settings)).code).toBe(0);
  expect((await check(settings, 'serve')).code).toBe(1);
  server.close();
  await once(server, 'close');
  expect((await check(settings)).code).toBe(1);
});

it('accepts the certificate of a receiver with TLS, which has the public name', async () => {
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(folder, name)) as [string, string];
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      key,
      '-out',
      cert,
      '-subj',
      '/CN=recert.example.com',
    ],
    { stdio: 'ignore' },
  );
  const files = { key: await readFile(key), cert: await readFile(cert) };
  const server = createTlsServer(files, (_request, response) => response.end('{}'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const { code, said } = await check(
    `http: { port: ${port}, tls: { certFile: cert.pem, keyFile: key.pem } }`,
    'serve',
  );
  server.close();
  expect({ code, said }).toEqual({ code: 0, said: `https://127.0.0.1:${port}/healthz: 200\n` });
});
