import { assess } from '../../../src/domain/assess.js';
import type { Computer } from '../../../src/domain/computer.js';
import type { KnownComputer } from '../../../src/domain/known.js';
import { declareCertificate, mergeInventory } from '../../../src/domain/merge.js';
import type { Result } from '../../../src/domain/redistribution/safety-limits/circuit-breaker.js';
import type { RedistributionPolicy, WatchedProfile } from '../../../src/domain/watched.js';
import { createTelemetry } from '../../../src/telemetry/bus.js';
import { renewedBetween } from '../../../src/domain/renewal.js';
import type { NativeOutcome } from '../../../src/domain/redistribution/evidence/credit.js';
import type { AssessedMac } from '../../../src/application/inventory/deps.js';
import { recordRenewal } from '../../../src/application/redistribution/record-renewal.js';
import { considerRedistribution } from '../../../src/application/redistribution/consider-renewal.js';
import type { ConsiderDeps, StepDeps } from '../../../src/application/redistribution/deps.js';
import { type RunResult, runRedistribution } from '../../../src/application/redistribution/run/run.js';
import { createGroups } from '../../../src/application/redistribution/run/group-membership.js';
import { restoreExcludedMacs } from '../../../src/application/redistribution/exclusion-lease.js';
import type { JobLock } from '../../../src/application/redistribution/run/fence.js';
import { START, watchedOf } from './fixtures.js';
import { memoryLeases } from './leases.js';
import { memoryLimits, memoryRedistributions } from './memory.js';
import { type Hook, type OnSend, createSimulatedJamf } from './simulated-jamf.js';

/** A fleet of 100 Macs, so that 5 % are five. */
const SCOPE = { healthy: 90, due: 10, overdue: 0, expired: 0, unknown: 0, 'out-of-scope': 0 };

/** Inventory of a Mac, and when the call that read it started. */
export interface Reading {
  reported: Computer;
  readAt: number;
}

type Decision = Awaited<ReturnType<typeof considerRedistribution>>;

/** A copy of all data in Redis. */
export type Snapshot = ReturnType<ReturnType<typeof createEnvironment>['snapshot']>;

/** A copy of a collection. Its values are immutable, unless they are maps. */
function copyOf(map: ReadonlyMap<string, unknown>): Map<string, unknown> {
  const copies = [...map].map(
    ([name, value]) => [name, value instanceof Map ? new Map<unknown, unknown>(value) : value] as const,
  );
  return new Map(copies);
}

/** A test environment in memory for redistributions. Its clock stands still until a test moves it. */
export function createEnvironment(policy: Partial<RedistributionPolicy> = {}) {
  const clock = { at: START, skew: 0 };
  /** The clock of Recert. The clock of Jamf Pro is `clock.at`. */
  const now = () => clock.at + clock.skew;
  let watched: WatchedProfile = watchedOf(policy);
  const jamf = createSimulatedJamf(() => clock.at);
  const store = memoryRedistributions();
  const limits = memoryLimits(store);
  const leases = memoryLeases(store);
  const known = new Map<string, KnownComputer>();
  const hinted = new Set<string>();
  const watching = new Set<string>();
  const events: string[] = [];
  /** What was reported as the cause of each renewal, `computer ID credit`. */
  const credits: string[] = [];
  const telemetry = createTelemetry((kind, fields) => {
    events.push(kind);
    if ('credit' in fields) credits.push(`${fields.computerId} ${fields.credit}`);
  });
  const claims = new Map<string, string>();
  const counted: NativeOutcome[] = [];
  const lines: string[] = [];
  const promoted: string[] = [];

  const natives: StepDeps['natives'] = {
    claim: (_instance, _profile, computerId, serialNumber) => {
      const isFirst = claims.get(computerId) !== serialNumber;
      claims.set(computerId, serialNumber);
      return Promise.resolve(isFirst);
    },
    count: (_instance, _profile, outcome) => Promise.resolve(void counted.push(outcome)),
  };

  const considerDeps: ConsiderDeps = {
    redistributions: store,
    limits,
    producers: {
      startRedistribution: () => Promise.resolve(),
      promoteRedistribution: (_instance, id) => Promise.resolve(void promoted.push(id)),
    },
    telemetry,
    now,
  };

  /** The dependencies of a worker process. `hook` receives every call to Jamf Pro, `onSend` every write that its fence permitted. */
  function process(hook?: Hook, wrap: (deps: StepDeps) => StepDeps = (deps) => deps, onSend?: OnSend) {
    const client = jamf.client(hook, onSend);
    return {
      ...wrap({
        redistributions: store,
        limits,
        computers: {
          get: (_instance, id) => Promise.resolve(known.get(id) ?? null),
          countStates: () => Promise.resolve(SCOPE),
          declare: (_instance, id, certificate) => {
            const mac = known.get(id);
            if (mac) known.set(id, declareCertificate(mac, certificate, now()));
            return Promise.resolve();
          },
        },
        profiles: { watchedProfiles: () => Promise.resolve({ watched: [watched], missing: [] }) },
        hints: {
          add: (_instance, ids) => {
            for (const id of ids) hinted.add(id);
            return Promise.resolve(null);
          },
          watch: (_instance, id) => Promise.resolve(void watching.add(id)),
          unwatch: (_instance, id) => Promise.resolve(void watching.delete(id)),
        },
        natives,
        producers: {
          wakeAssess: () => Promise.resolve(),
          promoteRedistribution: considerDeps.producers.promoteRedistribution,
        },
        jamf: () => client,
        telemetry,
        now,
      }),
      groups: createGroups(),
    };
  }

  /** Does the first half of the work of an assess job: reads inventory (or uses an earlier reading), and stores it. */
  function storeMac(
    id: string,
    { reported, readAt }: Reading = { reported: jamf.mac(id).reported, readAt: now() },
  ): AssessedMac {
    hinted.delete(id);
    const before = known.get(id) ?? null;
    const computer = mergeInventory(before, reported, { watched: [watched], readAt });
    known.set(id, computer);
    const renewed = renewedBetween(before, computer, [watched], readAt).length > 0;
    return { computer, watched, assessment: assess(computer, watched, now()), renewed };
  }

  /** Does the second half: decides, and reports a renewal that no redistribution reports. */
  async function decide(mac: AssessedMac): Promise<Decision> {
    const decision = await considerRedistribution(considerDeps, mac);
    if (mac.renewed === true) await recordRenewal({ redistributions: store, natives, telemetry, now }, mac);
    return decision;
  }

  const assessMac = (id: string, reading?: Reading) => decide(storeMac(id, reading));

  const latestRecord = () => {
    const [record, ...more] = [...store.records.values()].toSorted((a, b) => b.openedAt - a.openedAt);
    if (record === undefined) throw new Error(`no redistribution, or ${more.length} more`);
    return record;
  };

  /** The lock of the redistribution job. Each run takes it, as when the job comes from the queue or from a stalled worker. */
  const job = { taken: 0, owner: 0 };
  function takeJob(): JobLock {
    const owner = (job.taken += 1);
    job.owner = owner;
    return { lastsMs: 30_000, hold: () => Promise.resolve(job.owner === owner) };
  }

  async function runJob(id = latestRecord().id, worker = process()): Promise<RunResult> {
    return runRedistribution(worker, {
      instance: 'prod',
      id,
      lock: takeJob(),
      log: (line) => Promise.resolve(void lines.push(line)),
    });
  }

  /** The collections that a snapshot contains. Pause, circuit breaker and cool-down remain as a test set them. */
  const { records, latest, attempts, hour, line, tally } = store;
  const maps = [records, latest, attempts, hour, line, tally, leases.found, known, limits.cycles] as Map<
    string,
    unknown
  >[];
  const sets = [store.signals, store.inFlight, store.cycling, hinted, watching];

  return {
    clock,
    now,
    jamf,
    store,
    limits,
    leases,
    known,
    hinted,
    watching,
    events,
    credits,
    counted,
    lines,
    /** Installations that belong to no attempt, because a slow call took effect after its attempt ended. */
    extraInstalls: 0,
    /** IDs of jobs that were promoted before their time, in order. */
    promoted,
    considerDeps,
    process,
    assessMac,
    storeMac,
    decide,
    latestRecord,
    runJob,
    get watched() {
      return watched;
    },
    set watched(next: WatchedProfile) {
      watched = next;
    },
    /** The job loses its lock. */
    loseJob() {
      job.owner = 0;
    },
    /** A copy of everything that is stored, as when Redis restarts from its last file. */
    snapshot: () => ({
      maps: maps.map(copyOf),
      sets: sets.map((set) => new Set(set)),
      results: store.results.slice(),
    }),
    restore({
      maps: oldMaps,
      sets: oldSets,
      results,
    }: {
      maps: readonly Map<string, unknown>[];
      sets: readonly Set<string>[];
      results: readonly Result[];
    }) {
      maps.forEach((map, index) => {
        map.clear();
        for (const [name, value] of copyOf(oldMaps[index] ?? new Map())) map.set(name, value);
      });
      sets.forEach((set, index) => {
        set.clear();
        for (const value of oldSets[index] ?? []) set.add(value);
      });
      store.results.splice(0, Infinity, ...results);
    },
    /** Restores excluded Macs, as every start and every run of the open sweep does. */
    async restoreExcluded(hook?: Hook) {
      const { cycle, overlap } = watched.policy;
      const client = jamf.client(hook);
      await restoreExcludedMacs(
        {
          instances: { prod: { profiles: cycle ? { okta: { cycle, overlap } } : {} } },
          jamf: () => client,
          leases,
          profiles: { watchedProfiles: () => Promise.resolve({ watched: [watched], missing: [] }) },
          redistributions: store,
          producers: considerDeps.producers,
          telemetry,
          now,
        },
        'prod',
        { atOnce: true },
      );
    },
    /** Adds a Mac and assesses it for the first time. */
    async enroll(id = '1', changes: Partial<Computer> = {}) {
      jamf.add(id, changes);
      return assessMac(id);
    },
    /**
     * Runs the job at each of its times without faults: Macs execute their commands and report inventory afterwards. Ends when the record
     * is closed, when `until` returns true, or with an error after `most` runs.
     */
    async runUntilDone({
      until = () => false,
      most = 400,
      id = latestRecord().id,
      worker = process(),
    }: {
      until?: (record: ReturnType<typeof latestRecord>) => boolean;
      most?: number;
      id?: string;
      worker?: ReturnType<typeof process>;
    } = {}) {
      for (let run = 0; run < most; run += 1) {
        const driven = await runJob(id, worker);
        const record = store.records.get(id);
        if (record === undefined || driven.done || until(record)) return record ?? latestRecord();
        clock.at = Math.max(clock.at + 1, driven.wakeAt);
        jamf.deliver(record.computerId);
        if (hinted.has(record.computerId)) {
          jamf.report(record.computerId);
          await assessMac(record.computerId);
        }
      }
      throw new Error(`not at rest after ${most} runs: ${JSON.stringify(store.records.get(id), null, 1)}`);
    },
  };
}

export type TestEnvironment = ReturnType<typeof createEnvironment>;
