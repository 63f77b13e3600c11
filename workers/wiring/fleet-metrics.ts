import { Gauge, type Registry } from 'prom-client';
import type { InstanceConfig } from '../../src/config/sections/instance.js';
import type { Config } from '../../src/config/schema.js';
import { profileIdsOf } from '../../src/config/sections/profile.js';
import { findingsOf } from '../../src/domain/audit/report.js';
import type { ComputerStore } from '../../src/store/computers/computers.js';
import type { ProfileAuditStore } from '../../src/store/profiles/profile-audits.js';
import type { LeaseStore } from '../../src/store/redistributions/leases.js';
import type { Hints } from '../../src/store/hints/hints.js';

interface Sources {
  config: Config;
  computers: ComputerStore;
  hints: Pick<Hints, 'count'>;
  profileAudits: Pick<ProfileAuditStore, 'get'>;
  leases: Pick<LeaseStore, 'all'>;
  now: () => number;
}

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

/**
 * A Prometheus gauge with the label `instance` and further labels, and the function that reads its values for one
 * Jamf Pro server.
 */
interface FleetGauge {
  name: string;
  help: string;
  labels: readonly string[];
  read: (sources: Sources, instance: string, settings: InstanceConfig) => Promise<readonly Sample[]>;
}

const GAUGES: readonly FleetGauge[] = [
  {
    name: 'recert_computers',
    help: 'Number of Macs by state of the certificate, for each watched profile.',
    labels: ['profile', 'state'],
    read: readStates,
  },
  {
    name: 'recert_fleet',
    help: 'Number of stored Macs: known to Jamf Pro, or retired.',
    labels: ['state'],
    async read({ computers }, instance) {
      const { known, retired } = await computers.count(instance);
      return [
        [{ state: 'known' }, known],
        [{ state: 'retired' }, retired],
      ];
    },
  },
  {
    name: 'recert_profile_findings',
    help: 'Number of findings of the profile check of a watched profile, by severity; profile_id is the ID of the profile in Jamf Pro.',
    labels: ['profile', 'profile_id', 'severity'],
    read: readFindings,
  },
  {
    name: 'recert_leases',
    help: 'Number of Macs that Recert added to an exclusion group, or found in such a group.',
    labels: [],
    read: async ({ leases }, instance) => [[{}, (await leases.all(instance)).length]],
  },
  {
    name: 'recert_lease_oldest_seconds',
    help: 'Time in seconds since the Mac that has been excluded for the longest time was excluded; 0 if no Mac is excluded.',
    labels: [],
    async read({ leases, now }, instance) {
      const since = Math.min(...(await leases.all(instance)).map(({ at }) => at));
      return [[{}, since === Infinity ? 0 : Math.max(0, now() - since) / 1000]];
    },
  },
  {
    name: 'recert_hints_pending',
    help: 'Size of the assessment backlog: number of Macs that are queued to be assessed.',
    labels: [],
    read: async ({ hints }, instance) => [[{}, await hints.count(instance)]],
  },
];

/**
 * Registers gauges whose values are read from Redis for each request of the metrics, so that every worker reports the
 * same values. This takes a few reads per watched profile, regardless of the size of the fleet. While Redis is
 * unavailable, the gauges keep their last values.
 */
export function countOnScrape(registry: Registry, sources: Sources): void {
  for (const { name, help, labels, read } of GAUGES) {
    const gauge = new Gauge({
      name,
      help,
      labelNames: ['instance', ...labels],
      registers: [registry],
      // Errors are ignored. If one gauge cannot be read, the other metrics are still returned.
      collect: () => collect().catch(() => undefined),
    });
    const collect = async () => {
      for (const [instance, settings] of Object.entries(sources.config.instances))
        for (const [more, value] of await read(sources, instance, settings))
          gauge.set({ instance, ...more }, value);
    };
  }
}

async function readStates(
  { computers }: Sources,
  instance: string,
  { profiles }: InstanceConfig,
): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  for (const profile of Object.keys(profiles))
    for (const [state, count] of Object.entries(await computers.countStates(instance, profile)))
      samples.push([{ profile, state }, count]);
  return samples;
}

async function readFindings(
  { profileAudits }: Sources,
  instance: string,
  { profiles }: InstanceConfig,
): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  for (const [profile, settings] of Object.entries(profiles))
    for (const id of profileIdsOf(settings)) {
      const report = await profileAudits.get(instance, id);
      if (!report) continue;
      const found = findingsOf(report);
      for (const severity of ['error', 'warning'] as const)
        samples.push([
          { profile, profile_id: id, severity },
          found.filter((one) => one.severity === severity).length,
        ]);
    }
  return samples;
}
