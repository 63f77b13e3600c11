import { Gauge, type Registry } from 'prom-client';
import type { Config } from '../../src/config/schema.js';
import { findingsOf } from '../../src/domain/audit/report.js';
import type { ComputerStore } from '../../src/store/computers/computers.js';
import type { ProfileAuditStore } from '../../src/store/profiles/profile-audits.js';
import type { LeaseStore } from '../../src/store/redistributions/leases.js';
import type { Hints } from '../../src/store/hints/hints.js';

/**
 * Metrics that are counted when they are asked for: every process answers the same, whoever did the work. A handful of counts in Redis
 * for each watched profile, none of which grows with the fleet. While Redis is away they keep their last value.
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
    help: 'Macs by state of the certificate of a watched profile.',
    labelNames: ['instance', 'profile', 'state'],
    registers,
    collect: () =>
      quietly(async () => {
        for (const [instance, { profiles }] of Object.entries(config.instances))
          for (const profile of Object.keys(profiles))
            for (const [state, count] of Object.entries(await computers.countStates(instance, profile)))
              states.set({ instance, profile, state }, count);
      }),
  });
  const fleet = new Gauge({
    name: 'recert_fleet',
    help: 'Macs that are kept: known to Jamf, or retired.',
    labelNames: ['instance', 'state'],
    registers,
    collect: () =>
      quietly(async () => {
        for (const instance of Object.keys(config.instances)) {
          const { known, retired } = await computers.count(instance);
          fleet.set({ instance, state: 'known' }, known);
          fleet.set({ instance, state: 'retired' }, retired);
        }
      }),
  });
  const audited = new Gauge({
    name: 'recert_profile_findings',
    help: 'What the audit of a watched profile has found, by severity; profile_id is the id in Jamf.',
    labelNames: ['instance', 'profile', 'profile_id', 'severity'],
    registers,
    collect: () =>
      quietly(async () => {
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
    help: 'Macs that are in an exclusion group because of us, or were found in one.',
    labelNames: ['instance'],
    registers,
    collect: () =>
      quietly(async () => {
        for (const instance of Object.keys(config.instances))
          leased.set({ instance }, (await leases.all(instance)).length);
      }),
  });
  const oldestLease = new Gauge({
    name: 'recert_lease_oldest_seconds',
    help: 'How long the Mac is excluded that is excluded longest; 0 when none is.',
    labelNames: ['instance'],
    registers,
    collect: () =>
      quietly(async () => {
        for (const instance of Object.keys(config.instances)) {
          const since = Math.min(...(await leases.all(instance)).map(({ at }) => at));
          oldestLease.set({ instance }, since === Infinity ? 0 : Math.max(0, now() - since) / 1000);
        }
      }),
  });
  const pending = new Gauge({
    name: 'recert_hints_pending',
    help: 'Macs that deserve a look and have not had it yet.',
    labelNames: ['instance'],
    registers,
    collect: () =>
      quietly(async () => {
        for (const instance of Object.keys(config.instances))
          pending.set({ instance }, await hints.count(instance));
      }),
  });
}

/** A metric that cannot be counted must not take the others with it. */
async function quietly(count: () => Promise<void>): Promise<void> {
  await count().catch(() => undefined);
}
