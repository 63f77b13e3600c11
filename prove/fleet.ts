import type { Program } from '../harness/environment.js';
import type { Figure } from './figure.js';
import type { ProofOptions } from './options.js';
import { type FleetEnvironment, INSTANCE, PROFILE, usedMemory } from './environment.js';
import { until } from './until.js';

/**
 * Measures the assessment of a whole fleet from a cold start by two workers. The worker that reads the inventory is killed halfway.
 */
export async function proveFleet(
  environment: FleetEnvironment,
  options: ProofOptions,
): Promise<readonly Figure[]> {
  const { computers, cursors, hints } = environment;
  const pages = Math.ceil(options.computers / options.pageSize);
  const before = await usedMemory(environment.redis);
  const startedAt = Date.now();
  const workers = await Promise.all([environment.worker('worker-1'), environment.worker('worker-2')]);

  await until('half of the fleet', async () => ((await cursors.readFull(INSTANCE))?.page ?? 0) >= pages / 2);
  const reading = await busiest(workers);
  const killedAt = Date.now();
  await reading.end('SIGKILL');
  const stoppedAtPage = (await cursors.readFull(INSTANCE))?.page ?? 0;
  await environment.worker('worker-3');
  await until(
    'the resumption of the sweep',
    async () => ((await cursors.readFull(INSTANCE))?.page ?? pages) > stoppedAtPage,
  );
  const resumedAt = Date.now();

  await until('the end of the sweep', async () => {
    const [full, pending] = await Promise.all([cursors.readFull(INSTANCE), hints.count(INSTANCE)]);
    return full !== null && full.finishedAt !== null && pending === 0;
  });
  const durationMs = Date.now() - startedAt;

  const requests = await environment.requests(0);
  const extra = Math.max(Math.floor(pages / 100), options.leastExtraCalls);
  const met = pageVisits(requests.map(({ query }) => query));
  const { known } = await computers.count(INSTANCE);
  const states = await computers.countStates(INSTANCE, PROFILE);
  const bytes = ((await usedMemory(environment.redis)) - before) / options.computers;
  return [
    { name: 'Macs known', value: known, least: options.computers, most: options.computers },
    {
      name: 'Macs in scope with a known certificate',
      value: states.healthy + states.due + states.overdue + states.expired,
      least: 1,
      most: null,
    },
    { name: 'requests to Jamf Pro in total', value: requests.length, least: pages, most: pages + extra },
    { name: 'inventory pages read twice', value: met.twice, most: 1 },
    { name: 'inventory pages never read', value: pages - met.pages, most: 0 },
    {
      name: 'concurrent connections to Jamf Pro, all workers',
      value: environment.proxy.counts().most,
      least: 1,
      most: options.maxConnections,
    },
    {
      name: 'Redis memory per Mac in total',
      value: Math.round(bytes),
      most: options.mostBytes,
      unit: 'bytes',
    },
    {
      name: 'time from the kill until the sweep resumed',
      value: (resumedAt - killedAt) / 1_000,
      most: null,
      unit: 's',
    },
    { name: 'duration', value: durationMs / 1_000, most: null, unit: 's' },
  ];
}

/** The worker with the most assessments. @throws Error when no worker has assessed a Mac */
async function busiest(workers: readonly Program[]): Promise<Program> {
  const counts = await Promise.all(
    workers.map(async (worker) => {
      const text = await (await fetch(new URL('/metrics', worker.url))).text();
      const assessed = /^recert_computers_assessed_total\{.*\} (\d+)/m.exec(text)?.[1] ?? '0';
      return { worker, assessed: Number(assessed) };
    }),
  );
  const [first] = counts.sort((a, b) => b.assessed - a.assessed);
  if (!first || first.assessed === 0) throw new Error('No worker has assessed a Mac');
  return first.worker;
}

/** Counts the requests of the full sweep (page number, no filter): distinct pages, and repeated requests. */
function pageVisits(queries: readonly Record<string, unknown>[]): { pages: number; twice: number } {
  const visits = queries
    .filter((query) => query.page !== undefined && query.filter === undefined)
    .map(({ page }) => String(page));
  const pages = new Set(visits).size;
  return { pages, twice: visits.length - pages };
}
