// Runs a spool on a disk that the parent has filled, and prints what happened as one line of JSON.
import { readdir } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { createTelemetry } from '../../../../src/telemetry/bus.js';
import { checkWebhooks } from '../../../../src/webhooks/readiness.js';
import { openSpool } from '../../../../src/webhooks/spool/spool.js';
import { spooled } from './spooled.js';

const [root = '', appends = ''] = process.argv.slice(2);
const events: string[] = [];
const replayed: string[] = [];
let back = false;

const segments = async () =>
  (await readdir(root, { recursive: true })).filter((name) => name.endsWith('.ndjson')).length;

const spool = await openSpool({
  folder: root,
  mostBytes: 100_000_000,
  isBack: () => Promise.resolve(back),
  replay: (batch) => {
    replayed.push(...batch.map(({ identity }) => identity ?? ''));
    return Promise.resolve();
  },
  telemetry: createTelemetry((kind) => void events.push(kind)),
  now: Date.now,
  lookEveryMs: 1,
  adoptEveryMs: 1,
});
const before = await segments();
const errors = new Set<string>();
for (let index = 0; index < Number(appends); index += 1)
  await spool
    .append(spooled(`new-${index}`))
    .catch((error: unknown) =>
      errors.add(error instanceof Error && 'code' in error ? String(error.code) : '?'),
    );
const after = await segments();
const readiness = {
  away: await checkWebhooks(() => Promise.reject(new Error('Redis is away')), spool)(),
  back: await checkWebhooks(() => Promise.resolve(), spool)(),
};
back = true;
while (spool.active() || (await segments()) > 0) await wait(5);
await spool.close();
process.stdout.write(
  JSON.stringify({ replayed, errors: [...errors], before, after, readiness, bytes: spool.bytes(), events }),
);
