import { cpus, loadavg } from 'node:os';
import { openBenchEnvironment } from './environment.js';
import {
  type Endurance,
  type Latency,
  measureEndurance,
  measureLatency,
  measureThroughput,
} from './phases.js';
import type { Throughput } from './phases.js';
import { canPin } from './pinning.js';
import { spreadOf } from './statistics.js';

/** Parameters of a benchmark. Durations are milliseconds. */
export interface Plan {
  rounds: number;
  turnMs: number;
  connections: number;
  latency: { perSecond: number; turnMs: number; rounds: number };
  endurance: { perSecond: number; forMs: number };
  /** Arguments of `node` that start the Recert receiver. */
  receiver: readonly string[];
}

/** Result of a benchmark, as written to `.recert/bench.json`. */
export interface Result {
  at: string;
  /** `loadAverage`: load of the minute before the start. On an idle machine it is below 1. */
  machine: { node: string; cores: number; model: string; pinned: boolean; loadAverage: number };
  plan: Plan;
  throughput: Throughput[];
  latency: Latency[];
  endurance: Endurance;
  ratios: Ratios;
}

/**
 * The figures that have a goal. A throughput ratio is the median of the ratios of the rounds, because turns of the same round run seconds
 * apart under the same machine load. A latency ratio is median divided by median.
 */
export interface Ratios {
  jsonToExpress: number;
  jsonToFloor: number;
  xmlToExpress: number;
  p99ToExpress: number;
  /** The first two ratios by CPU time per webhook: time of the reference server divided by time of Recert. */
  jsonToExpressByCpu: number;
  jsonToFloorByCpu: number;
}

/** Display names of the servers in the comparison. */
export const NAMES = {
  floor: 'node:http, JSON parsed (floor)',
  express: 'bare Express 5',
  expressRedis: 'Express 5, one Redis command',
  json: 'Recert, JSON',
  xml: 'Recert, XML',
} as const;

/** Runs all phases of the benchmark and stops every process that it started. */
export async function runBench(plan: Plan): Promise<Result> {
  const [loadAverage = 0] = loadavg();
  const environment = await openBenchEnvironment(plan.receiver);
  try {
    const floor = { name: NAMES.floor, contestant: environment.floor, format: 'json' } as const;
    const express = { name: NAMES.express, contestant: environment.express, format: 'json' } as const;
    const expressRedis = {
      name: NAMES.expressRedis,
      contestant: environment.expressRedis,
      format: 'json',
    } as const;
    const json = { name: NAMES.json, contestant: environment.ours, format: 'json' } as const;
    const xml = { name: NAMES.xml, contestant: environment.ours, format: 'xml' } as const;
    const throughput = await measureThroughput(environment, [floor, express, expressRedis, json, xml], plan);
    const latency = await measureLatency([floor, express, json, xml], {
      ...plan.latency,
      connections: plan.connections,
    });
    const endurance = await measureEndurance(environment, {
      ...plan.endurance,
      connections: plan.connections,
    });
    return {
      at: new Date().toISOString(),
      machine: {
        node: process.version,
        cores: cpus().length,
        model: cpus()[0]?.model ?? '',
        pinned: canPin,
        loadAverage,
      },
      plan,
      throughput,
      latency,
      endurance,
      ratios: ratiosOf(throughput, latency),
    };
  } finally {
    await environment.close();
  }
}

function ratiosOf(throughput: readonly Throughput[], latency: readonly Latency[]): Ratios {
  const ratio = (name: string, other: string) => {
    const others = named(throughput, other).rounds;
    return spreadOf(
      named(throughput, name).rounds.map((perSecond, round) => perSecond / (others[round] ?? NaN)),
    ).median;
  };
  const cost = (name: string) => named(throughput, name).serverUs.median;
  const p99 = (name: string) => named(latency, name).p99Ms.median;
  return {
    jsonToExpress: ratio(NAMES.json, NAMES.express),
    jsonToFloor: ratio(NAMES.json, NAMES.floor),
    xmlToExpress: ratio(NAMES.xml, NAMES.express),
    p99ToExpress: p99(NAMES.json) / p99(NAMES.express),
    jsonToExpressByCpu: cost(NAMES.express) / cost(NAMES.json),
    jsonToFloorByCpu: cost(NAMES.floor) / cost(NAMES.json),
  };
}

function named<T extends { name: string }>(all: readonly T[], name: string): T {
  const found = all.find((entry) => entry.name === name);
  if (!found) throw new Error(`${name} was not measured`);
  return found;
}
