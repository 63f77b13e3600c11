import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startChild } from '../../harness/child.mjs';
import { containerIn } from './container.mjs';

const REDIS_PORT = '6379';
const JAMF_PORT = '9000';

const CONFIG = `
redis: { url: 'redis://127.0.0.1:${REDIS_PORT}' }
instances:
  prod:
    url: http://127.0.0.1:${JAMF_PORT}
    auth: { clientId: recert, clientSecretFile: client-secret }
    webhooks: { authentication: { type: header, headers: { X-Api-Key: ${'k'.repeat(24)} } } }
    profiles: { okta: { profile: 12 } }
`;

/**
 * Starts receiver and worker with the entry point of the image, runs its health check, and runs the demo.
 * @param {{ folder: string, image: string, network: import('./container.mjs').Network,
 *   settings: ReturnType<typeof import('../../harness/dockerfile.mjs').settingsOf> }} given
 */
export async function proveRunning({ folder, image, settings, network }) {
  const config = join(folder, 'config');
  mkdirSync(config);
  writeFileSync(join(config, 'recert.yaml'), CONFIG);
  writeFileSync(join(config, 'client-secret'), 's'.repeat(16));
  chmodSync(join(config, 'client-secret'), 0o400);
  chownSync(join(config, 'client-secret'), 1000, 1000);
  const container = containerIn(image);
  const start = (/** @type {readonly string[]} */ words, env = {}) =>
    container.start(words, { settings, config, network, env });
  const run = async (/** @type {readonly string[]} */ words, env = {}) => {
    const child = start(words, env);
    const code = await child.ended;
    if (code !== 0) throw new Error(`✗ ${words.join(' ')} (${code})\n${child.out()}${child.err()}`);
    process.stdout.write(`✓ ${words.join(' ')}\n`);
    return child.out();
  };
  const redisWords = [
    'redis-server',
    '--port',
    REDIS_PORT,
    '--bind',
    '127.0.0.1',
    '--dir',
    folder,
    '--save',
    '',
  ];
  const redis = startChild('nsenter', network.words.concat(redisWords, '--maxmemory-policy', 'noeviction'));
  /** @type {ReturnType<typeof start>[]} */
  const running = [];
  /** @param {ReturnType<typeof start>} child */
  const keep = (child) => {
    running.push(child);
    return child;
  };
  try {
    await redis.until(/Ready to accept connections/);
    await run([
      'sh',
      '-c',
      `test "$(id -u)" = 1000 && ! touch /app/file 2>/dev/null && ! touch /etc/recert/file 2>/dev/null`,
    ]);
    await run(['recert', '--version']);
    await run([...settings.entrypoint, 'config', 'check']);
    const simulator = keep(start(['node', 'dist/simulator/main.js', '--port', JAMF_PORT]));
    await simulator.until(/Simulated Jamf Pro/);
    const receiver = keep(start([...settings.entrypoint, ...settings.command]));
    await receiver.until(/receiver listens on http:\/\/0\.0\.0\.0:8080/);
    await run(settings.healthcheck);
    const worker = keep(start([...settings.entrypoint, 'work']));
    await worker.until(/worker listens on http:\/\/0\.0\.0\.0:8081/);
    await run([...settings.entrypoint, 'healthcheck', 'work']);
    for (const child of [worker, receiver])
      process.stdout.write(`✓ stopped with exit code ${await child.stop('SIGTERM')}\n`);
    await simulator.stop('SIGKILL');
    const said = await run(
      ['recert', 'demo', '--folder', '/tmp/demo', '--computers', '40', '--due', '8', '--exit-when-done'],
      { REDIS_URL: `redis://127.0.0.1:${REDIS_PORT}/1` },
    );
    if (!said.includes('Verified: 8 of 8 due Macs')) throw new Error(`✗ the demo\n${said}`);
    process.stdout.write('✓ the demo verifies every due Mac\n');
  } finally {
    for (const child of running.reverse()) await child.stop('SIGKILL');
    await redis.end('SIGKILL');
  }
}
