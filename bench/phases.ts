import { setTimeout as wait } from 'node:timers/promises';
import type { Contestant } from './contestant.js';
import type { BenchEnvironment } from './environment.js';
import { type LoadResult, openLanes } from './load.js';
import { percentile, type Spread, spreadOf } from './statistics.js';
import type { Format } from './webhook.js';

/** A server in the comparison: its display name and the format of the webhooks that it gets. */
export interface Entry {
  name: string;
  contestant: Contestant;
  format: Format;
}

/** Throughput of one server over all its turns. */
export interface Throughput {
  name: string;
  perSecond: Spread;
  /** Webhooks per second in each round, in order. Ratios are computed per round from these. */
  rounds: readonly number[];
  /** CPU time of the server per webhook, microseconds. Other processes on the machine affect it little. */
  serverUs: Spread;
  redisUs: Spread;
  p99Ms: Spread;
  accepted: number;
  failed: number;
}

/** Latency of one server at a constant rate. */
export interface Latency {
  name: string;
  p50Ms: Spread;
  p99Ms: Spread;
  accepted: number;
  failed: number;
}

/** A longer constant load on the receiver: shows lost webhooks and growing memory. */
export interface Endurance {
  perSecond: number;
  sent: number;
  accepted: number;
  failed: number;
  tookMs: number;
  /** Increase in Redis of event log entries and of distinct deduplication identities. Both must equal `accepted`. */
  logged: number;
  distinct: number;
  p99Ms: number;
  /** Resident memory of the server, megabytes: median of the middle third and of the last third of the run. */
  rssMb: { middle: number; last: number };
}

/** Maximum throughput in a closed loop. In each round the servers are under load one after another. */
export async function measureThroughput(
  environment: BenchEnvironment,
  entries: readonly Entry[],
  { rounds, turnMs, connections }: { rounds: number; turnMs: number; connections: number },
): Promise<Throughput[]> {
  const turns = entries.map((): { load: LoadResult; serverUs: number; redisUs: number }[] => []);
  for (let round = 0; round < rounds; round += 1)
    for (const [index, { contestant, format }] of entries.entries()) {
      const lanes = await openLanes(contestant.url, format, connections);
      // Warm-up for connections and the JIT compiler; not measured.
      await lanes.saturate(turnMs / 4);
      const before = await Promise.all([contestant.usage(), environment.redisCpuUs()]);
      const load = await lanes.saturate(turnMs);
      const after = await Promise.all([contestant.usage(), environment.redisCpuUs()]);
      lanes.close();
      turns[index]?.push({
        load,
        serverUs: (after[0].cpuUs - before[0].cpuUs) / load.accepted,
        redisUs: (after[1] - before[1]) / load.accepted,
      });
    }
  return entries.map(({ name }, index) => {
    const all = turns[index] ?? [];
    const rounds = all.map(({ load }) => (load.accepted * 1_000) / load.tookMs);
    return {
      name,
      perSecond: spreadOf(rounds),
      rounds,
      serverUs: spreadOf(all.map(({ serverUs }) => serverUs)),
      redisUs: spreadOf(all.map(({ redisUs }) => redisUs)),
      p99Ms: spreadOf(all.map(({ load }) => percentile(load.latenciesMs, 0.99))),
      ...counted(all.map(({ load }) => load)),
    };
  });
}

/** Latency at a constant rate in an open loop, one server after another in each round. */
export async function measureLatency(
  entries: readonly Entry[],
  {
    rounds,
    turnMs,
    connections,
    perSecond,
  }: { rounds: number; turnMs: number; connections: number; perSecond: number },
): Promise<Latency[]> {
  const turns = entries.map((): LoadResult[] => []);
  for (let round = 0; round < rounds; round += 1)
    for (const [index, { contestant, format }] of entries.entries()) {
      const lanes = await openLanes(contestant.url, format, connections);
      await lanes.pace({ perSecond, count: Math.ceil((perSecond * turnMs) / 4_000) });
      turns[index]?.push(await lanes.pace({ perSecond, count: Math.ceil((perSecond * turnMs) / 1_000) }));
      lanes.close();
    }
  return entries.map(({ name }, index) => {
    const all = turns[index] ?? [];
    return {
      name,
      p50Ms: spreadOf(all.map(({ latenciesMs }) => percentile(latenciesMs, 0.5))),
      p99Ms: spreadOf(all.map(({ latenciesMs }) => percentile(latenciesMs, 0.99))),
      ...counted(all),
    };
  });
}

/** Constant load on the receiver. Counts what was sent and what arrived in Redis. */
export async function measureEndurance(
  environment: BenchEnvironment,
  { perSecond, forMs, connections }: { perSecond: number; forMs: number; connections: number },
): Promise<Endurance> {
  const before = await environment.admitted();
  const lanes = await openLanes(environment.ours.url, 'json', connections);
  const sizes: number[] = [];
  const sampling = new AbortController();
  const sampleMemory = async () => {
    while (!sampling.signal.aborted) {
      sizes.push((await environment.ours.usage()).rss / 1e6);
      await wait(forMs / 60);
    }
  };
  const sampled = sampleMemory();
  const sent = Math.ceil((perSecond * forMs) / 1_000);
  const load = await lanes.pace({ perSecond, count: sent });
  sampling.abort();
  await sampled;
  lanes.close();
  const after = await environment.admitted();
  const third = Math.floor(sizes.length / 3);
  return {
    perSecond,
    sent,
    accepted: load.accepted,
    failed: load.failed,
    tookMs: load.tookMs,
    logged: after.logged - before.logged,
    distinct: after.distinct - before.distinct,
    p99Ms: percentile(load.latenciesMs, 0.99),
    rssMb: {
      middle: percentile(sizes.slice(third, 2 * third + 1), 0.5),
      last: percentile(sizes.slice(2 * third), 0.5),
    },
  };
}

function counted(loads: readonly LoadResult[]): { accepted: number; failed: number } {
  return {
    accepted: loads.reduce((sum, { accepted }) => sum + accepted, 0),
    failed: loads.reduce((sum, { failed }) => sum + failed, 0),
  };
}
