import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import express, { type Express } from 'express';
import request from 'supertest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { consoleRoutes } from '../../../src/api/pages/console.js';

let folder: string;
let app: Express;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'recert-console-'));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'assets', 'index-abc.js'), 'console.log(1)');
  writeFileSync(join(folder, 'assets', 'index-abc.js.gz'), gzipSync('console.log(1)'));
  writeFileSync(join(folder, 'assets', 'index-abc.js.br'), brotliCompressSync('console.log(1)'));
  writeFileSync(
    join(folder, 'index.html'),
    '<meta property="csp-nonce" nonce="RECERT_CSP_NONCE"><link nonce="RECERT_CSP_NONCE">',
  );
  app = serving(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function serving(built: string | null): Express {
  const served = express();
  served.use(consoleRoutes(built));
  served.use((_request, response) => void response.status(404).json({ from: 'the receiver' }));
  return served;
}

test.each(['/', '/macs', '/macs/prod/17', '/redistributions?state=blocked', '/no-such-page'])(
  'the page is the response to %s, so that a reload stays on the same page',
  async (path) => {
    const { status, text, headers } = await request(app).get(path).set('Accept', 'text/html');
    expect(status).toBe(200);
    expect(text).toContain('csp-nonce');
    expect(headers['cache-control']).toBe('no-store');
  },
);

test('each response has a new nonce, in the page and in the policy, and the policy allows no inline code', async () => {
  const answers = await Promise.all([request(app).get('/'), request(app).get('/')]);
  const nonces = answers.map(({ text, headers }) => {
    const policy = headers['content-security-policy'] ?? '';
    const nonce = /'nonce-([^']+)'/u.exec(policy)?.[1] ?? '';
    expect(policy).not.toContain('unsafe');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(text.split(`nonce="${nonce}"`)).toHaveLength(3);
    return nonce;
  });
  expect(nonces[0]).not.toBe('');
  expect(nonces[0]).not.toBe(nonces[1]);
});

test('files are cached for a year, because their names change with their content', async () => {
  const { status, headers } = await request(app).get('/assets/index-abc.js');
  expect(status).toBe(200);
  expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
  expect(headers['x-content-type-options']).toBe('nosniff');
});

test.each([
  { accepts: 'gzip, deflate, br', encoding: 'br' },
  { accepts: 'gzip', encoding: 'gzip' },
  { accepts: 'identity', encoding: undefined },
  { accepts: 'gzip;q=0', encoding: undefined },
])('a file is sent as $encoding to a browser that accepts $accepts', async ({ accepts, encoding }) => {
  const { status, headers, text } = await request(app)
    .get('/assets/index-abc.js')
    .set('Accept-Encoding', accepts);
  expect(status).toBe(200);
  expect(headers['content-encoding']).toBe(encoding);
  expect(headers['content-type']).toMatch(/^text\/javascript/u);
  expect(headers.vary).toContain('Accept-Encoding');
  expect(text).toBe('console.log(1)');
});

test.each(['/api/v1/nothing', '/webhooks/jamf/prod', '/queues', '/assets/gone.js', '/assets', '/metrics'])(
  'the page is not the response to %s',
  async (path) => {
    const answer = await request(app).get(path).set('Accept', 'text/html');
    expect(answer.status).toBe(404);
    expect(answer.body).toEqual({ from: 'the receiver' });
  },
);

test('the page is not the response to a program, or to a method that changes something', async () => {
  expect((await request(app).get('/macs').set('Accept', 'application/json')).status).toBe(404);
  expect((await request(app).post('/macs')).status).toBe(404);
});

test('no file outside of the folder can be read', async () => {
  const { status } = await request(app).get('/assets/..%2findex.html');
  expect(status).toBe(404);
});

test('the response says what to do when the console was not built', async () => {
  const answer = await request(serving(null)).get('/').set('Accept', 'text/html');
  expect(answer.status).toBe(404);
  expect(answer.body).toMatchObject({ detail: expect.stringContaining('npm run build') as string });
});
