import { Gauge, type Registry } from 'prom-client';
import type { Config } from '../../src/config/schema.js';
import { findingsOf } from '../../src/domain/audit/report.js';
import type { ComputerStore } from '../../src/store/computers/computers.js';
import type { ProfileAuditStore } from '../../src/store/profiles/profile-audits.js';
import type { LeaseStore } from '../../src/store/redistributions/leases.js';
import type { Hints } from '../../src/store/hints/hints.js';

/**
 * Registers gauges that are computed from Redis at each scrape, so every worker reports the same values. The cost is a few reads per
 * watched profile, independent of the fleet size. While Redis is unavailable, the gauges keep their last values.
 */
export function countOnScrape(
  registry: Registry,
  {
    config,
    computers,
    hints,
    profileAudits,
    leases,
    now,
  }: {
    config: Config;
    computers: ComputerStore;
    hints: Pick<Hints, 'count'>;
    profileAudits: Pick<ProfileAuditStore, 'get'>;
    leases: Pick<LeaseStore, 'all'>;
    now: () => number;
  },
): void {
  const registers = [registry];
  const states = new Gauge({
    name: 'recert_computers',
    help: 'Macs by certificate state, per watched profile.',
    labelNames: ['instance', 'profile', 'state'],
    registers,
    collect: () =>
      ignoreErrors(async () => {
        for (const [instance, { profiles }] of Object.entries(config.instances))
          for (const profile of Object.keys(profiles))
            for (const [state, count] of Object.entries(await computers.countStates(instance, profile)))
              states.set({ instance, profile, state }, count);
      }),
  });
  const fleet = new Gauge({
    name: 'recert_fleet',
    help: 'Stored Macs: known to Jamf Pro, or retired.',
    labelNames: ['instance', 'state'],
    registers,
    collect: () =>
      ignoreErrors(async () => {
        for (const instance of Object.keys(config.instances)) {
          const { known, retired } = await computers.count(instance);
          fleet.set({ instance, state: 'known' }, known);
          fleet.set({ instance, state: 'retired' }, retired);
        }
      }),
  });
  const audited = new Gauge({
    name: 'recert_profile_findings',
    help: 'Findings of the profile check of a watched profile, by severity; profile_id is the ID in Jamf Pro.',
    labelNames: ['instance', 'profile', 'profile_id', 'severity'],
    registers,
    collect: () =>
      ignoreErrors(async () => {
        for (const [instance, { profiles }] of Object.entries(config.instances))
          for (const [profile, { overlap }] of Object.entries(profiles))
            for (const id of [overlap.blue, overlap.green]) {
              const report = await profileAudits.get(instance, id);
              if (!report) continue;
              const found = findingsOf(report);
              for (const severity of ['error', 'warning'] as const)
                audited.set(
                  { instance, profile, profile_id: id, severity },
                  found.filter((one) => one.severity === severity).length,
                );
            }
      }),
  });
  const leased = new Gauge({
    name: 'recert_leases',
    help: 'Macs that Recert added to an exclusion group, or found in one.',
    labelNames: ['instance'],
    registers,
    collect: () =>
      ignoreErrors(async () => {
        for (const instance of Object.keys(config.instances))
          leased.set({ instance }, (await leases.all(instance)).length);
      }),
  });
  const oldestLease = new Gauge({
    name: 'recert_lease_oldest_seconds',
    help: 'Seconds for which the longest-excluded Mac has been excluded; 0 if no Mac is excluded.',
    labelNames: ['instance'],
    registers,
    collect: () =>
      ignoreErrors(async () => {
        for (const instance of Object.keys(config.instances)) {
          const since = Math.min(...(await leases.all(instance)).map(({ at }) => at));
          oldestLease.set({ instance }, since === Infinity ? 0 : Math.max(0, now() - since) / 1000);
        }
      }),
  });
  const pending = new Gauge({
    name: 'recert_hints_pending',
    help: 'Size of the assessment backlog: Macs that are queued to be assessed.',
    labelNames: ['instance'],
    registers,
    collect: () =>
      ignoreErrors(async () => {
        for (const instance of Object.keys(config.instances))
          pending.set({ instance }, await hints.count(instance));
      }),
  });
}

/** Ignores errors, so that one failing gauge does not fail the whole scrape. */
async function ignoreErrors(count: () => Promise<void>): Promise<void> {
  await count().catch(() => undefined);
}
