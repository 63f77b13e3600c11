import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { startTestRedis, type TestRedis } from '../support/redis.js';

const SCRIPT = fileURLToPath(new URL('../../../scripts/redis.mjs', import.meta.url));

/** The output of the search for a server in a separate process with the given PATH. */
function findWithPath(path: string): Promise<{ code: number | string; said: string }> {
  const program = `import { findRedisServer } from ${JSON.stringify(SCRIPT)};
    try { console.log(findRedisServer()); } catch (error) { console.log(error.message); process.exitCode = 3; }`;
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--input-type=module', '-e', program],
      { env: { PATH: path } },
      (error, stdout) => {
        resolve({ code: error?.code ?? 0, said: stdout.trim() });
      },
    );
  });
}

describe('a Redis server for demo and tests', () => {
  let redis: TestRedis | undefined;
  afterEach(async () => redis?.close());

  it('is private, durable and never evicts, and keeps its data after a power failure', async () => {
    redis = await startTestRedis();
    expect(new URL(redis.url).port).not.toBe('6379');
    const first = new Redis(redis.url);
    expect(await first.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction']);
    expect(await first.config('GET', 'appendonly')).toEqual(['appendonly', 'yes']);
    await first.set('kept', 'yes');
    first.disconnect();
    await redis.kill();
    await redis.restart();
    const second = new Redis(redis.url);
    expect(await second.get('kept')).toBe('yes');
    second.disconnect();
  });

  it('is found on PATH', async () => {
    const { code, said } = await findWithPath(process.env.PATH ?? '');
    expect(code).toBe(0);
    expect(said).toMatch(/(redis|valkey)-server$/);
  });

  it('is found when another process installed it while the installation failed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'recert-path-'));
    const server = join(folder, 'redis-server');
    // Homebrew must not run as root. This one fails after the other process has installed the server.
    await writeFile(join(folder, 'brew'), `#!/bin/sh\n: > '${server}'\nexit 1\n`, { mode: 0o755 });
    const { code, said } = await findWithPath(folder);
    await rm(folder, { recursive: true });
    expect(code).toBe(0);
    expect(said).toBe(server);
  });

  it('is requested in one sentence when there is none and none can be installed', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'recert-path-'));
    const { code, said } = await findWithPath(empty);
    await rm(empty, { recursive: true });
    expect(code).toBe(3);
    expect(said).toMatch(/^No Redis server found.* Install redis-server .* or set REDIS_URL/);
    expect(said).not.toContain('\n');
  });
});
