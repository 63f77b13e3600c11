import type { Figure } from './figure.js';
import type { ProofOptions } from './options.js';
import type { Running } from './process.js';
import { INSTANCE, PROFILE, type Stage } from './stage.js';
import { until } from './until.js';

/**
 * Proof 1: the assessment of a whole fleet from a cold start, by two workers of which the one that reads is killed in the middle.
 */
export async function proveFleet(stage: Stage, options: ProofOptions): Promise<readonly Figure[]> {
  const { computers, cursors, hints } = stage;
  const pages = Math.ceil(options.computers / options.pageSize);
  const before = await stage.usedMemory();
  const startedAt = Date.now();
  const workers = await Promise.all([stage.worker('worker-1'), stage.worker('worker-2')]);

  await until('half of the fleet', async () => ((await cursors.readFull(INSTANCE))?.page ?? 0) >= pages / 2);
  const reading = await busiest(workers);
  const killedAt = Date.now();
  await reading.kill();
  const stoppedAtPage = (await cursors.readFull(INSTANCE))?.page ?? 0;
  await stage.worker('worker-3');
  await until('resumption', async () => ((await cursors.readFull(INSTANCE))?.page ?? pages) > stoppedAtPage);
  const resumedAt = Date.now();

  await until('the end of the sweep', async () => {
    const [full, pending] = await Promise.all([cursors.readFull(INSTANCE), hints.count(INSTANCE)]);
    return full !== null && full.finishedAt !== null && pending === 0;
  });
  const durationMs = Date.now() - startedAt;

  const requests = await stage.requests(0);
  const extra = Math.max(Math.floor(pages / 100), options.leastExtraCalls);
  const met = pageVisits(requests.map(({ query }) => query));
  const { known } = await computers.count(INSTANCE);
  const states = await computers.countStates(INSTANCE, PROFILE);
  const bytes = ((await stage.usedMemory()) - before) / options.computers;
  return [
    { name: 'Macs known', value: known, least: options.computers, most: options.computers },
    {
      name: 'Macs in scope, certificate known',
      value: states.healthy + states.due + states.overdue + states.expired,
      least: 1,
      most: null,
    },
    { name: 'calls to Jamf, everything counted', value: requests.length, least: pages, most: pages + extra },
    { name: 'pages read twice after the kill', value: met.twice, most: 1 },
    { name: 'pages never read', value: pages - met.pages, most: 0 },
    {
      name: 'connections to Jamf at once, all workers',
      value: stage.proxy.counts().most,
      least: 1,
      most: options.maxConnections,
    },
    {
      name: 'Redis memory a Mac, everything included',
      value: Math.round(bytes),
      most: options.mostBytes,
      unit: 'bytes',
    },
    { name: 'taken up again after the kill', value: (resumedAt - killedAt) / 1_000, most: null, unit: 's' },
    { name: 'duration', value: durationMs / 1_000, most: null, unit: 's' },
  ];
}

/** The worker that has assessed most. */
async function busiest(workers: readonly Running[]): Promise<Running> {
  const counts = await Promise.all(
    workers.map(async (worker) => {
      const text = await (await fetch(new URL('/metrics', worker.found))).text();
      const assessed = /^recert_computers_assessed_total\{.*\} (\d+)/m.exec(text)?.[1] ?? '0';
      return { worker, assessed: Number(assessed) };
    }),
  );
  const [first] = counts.sort((one, other) => other.assessed - one.assessed);
  if (!first || first.assessed === 0) throw new Error('no worker has assessed anything');
  return first.worker;
}

/** Pages of the whole fleet (a page number, no filter) that were asked for: how many, and how many again. */
function pageVisits(queries: readonly Record<string, unknown>[]): { pages: number; twice: number } {
  const visits = queries
    .filter((query) => query.page !== undefined && query.filter === undefined)
    .map(({ page }) => String(page));
  const pages = new Set(visits).size;
  return { pages, twice: visits.length - pages };
}
