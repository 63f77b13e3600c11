import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { handOver } from './child.mjs';
import { startRedis } from './redis.mjs';
import { orExplain, ROOT, setUp } from './setup.mjs';

/** `npm run demo`: installs packages and builds if necessary, starts a private Redis unless REDIS_URL is set, and runs `recert demo`. */
async function demo() {
  setUp({ build: true });
  const folder = join(ROOT, '.recert', 'demo', String(process.pid));
  const redis = process.env.REDIS_URL ? undefined : await startRedis({ folder: join(folder, 'redis') });
  await handOver(
    process.execPath,
    [join(ROOT, 'dist', 'src', 'cli', 'main.js'), 'demo', '--folder', folder, ...process.argv.slice(2)],
    redis ? { REDIS_URL: redis.url } : {},
  );
  await redis?.stop();
  if (redis) rmSync(join(folder, 'redis'), { recursive: true, force: true });
}

await orExplain(demo);
