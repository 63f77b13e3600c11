import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { startRedis } from './redis.mjs';
import { orExplain, ROOT, setUp } from './setup.mjs';

/** `npm run demo`: sets up what is missing, starts a private Redis unless REDIS_URL names one, and hands over to `recert demo`. */
async function demo() {
  setUp({ build: true });
  const folder = join(ROOT, '.recert', 'demo', String(process.pid));
  const redis = process.env.REDIS_URL ? undefined : await startRedis({ folder: join(folder, 'redis') });
  const child = spawn(
    process.execPath,
    [join(ROOT, 'dist', 'src', 'cli', 'main.js'), 'demo', '--folder', folder, ...process.argv.slice(2)],
    { stdio: 'inherit', env: { ...process.env, REDIS_URL: process.env.REDIS_URL ?? redis?.url } },
  );
  // The terminal sends Ctrl-C to the child as well: this process waits for it, so that Redis ends last.
  const relay = (/** @type {NodeJS.Signals} */ signal) => void (signal === 'SIGTERM' && child.kill(signal));
  process.on('SIGINT', relay);
  process.on('SIGTERM', relay);
  process.exitCode = await new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
  await redis?.stop();
  if (redis) rmSync(join(folder, 'redis'), { recursive: true, force: true });
}

await orExplain(demo);
