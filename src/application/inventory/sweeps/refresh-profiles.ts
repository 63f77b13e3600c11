import { setTimeout } from 'node:timers/promises';
import type { ProfileDetails } from '../../../domain/profile.js';
import type { WatchList } from '../../ports.js';
import { type FleetDeps, instanceOf } from '../deps.js';
import { auditProfiles, type AuditDeps } from './audit-profiles.js';

type Deps = Pick<FleetDeps, 'instances' | 'jamf' | 'lockMs'> & AuditDeps;

/** What was read so lately is not read again: workers that start together, and sweeps that begin together, read once. */
const FRESH_MS = 300_000;
const LOOK_MS = 50;

/**
 * Reads the watched profiles of an instance from Jamf, unless some process just did, and profileAudits them, and puts them together with the
 * configuration. One that cannot be read is told, and what was read of it before stays in use.
 */
export async function refreshProfiles(deps: Deps, instance: string): Promise<WatchList> {
  const { settings } = instanceOf(deps, instance);
  for (;;) {
    const claim = await deps.profiles.claimReading(instance, deps.lockMs);
    if (claim === 'fresh') break;
    if (claim === 'mine') {
      const { complete, read } = await readProfiles(deps, instance).catch(() => NOTHING);
      // Never so long that a sweep of what changed would miss a change of the profiles.
      await deps.profiles.settleReading(
        instance,
        complete ? Math.min(FRESH_MS, settings.sweep.changed / 2) : 0,
      );
      // After the claim is settled: an audit may read the whole fleet.
      await auditProfiles(deps, instance, read, { field: false });
      break;
    }
    await setTimeout(LOOK_MS);
  }
  return deps.profiles.watchedProfiles(instance);
}

/** Profiles by id, and whether all of them could be read. */
interface Reading {
  complete: boolean;
  read: ReadonlyMap<string, ProfileDetails>;
}

const NOTHING: Reading = { complete: false, read: new Map() };

/** Reads the watched profiles of an instance, whoever else just did. One that cannot be read is told. */
export async function readProfiles(
  deps: Pick<FleetDeps, 'instances' | 'jamf' | 'profiles' | 'telemetry'>,
  instance: string,
): Promise<Reading> {
  const { settings, jamf } = instanceOf(deps, instance);
  const ids = new Set(
    Object.values(settings.profiles).flatMap(({ overlap }) => [overlap.blue, overlap.green]),
  );
  let complete = true;
  const read = new Map<string, ProfileDetails>();
  for (const id of ids) {
    try {
      const details = await jamf.readProfile(id);
      await deps.profiles.save(instance, details);
      read.set(id, details);
    } catch (error) {
      complete = false;
      deps.telemetry.emit('fleet.profile-unread', {
        instance,
        profileId: id,
        error: error instanceof Error ? error.message : String(error),
        known: (await deps.profiles.get(instance, id)) !== null,
      });
    }
  }
  return { complete, read };
}

/**
 * Audits the profiles together with the Macs and the CA: for when the whole fleet has just been met. Read anew, since what was read at
 * the beginning of the sweep may have been read by another process; one that cannot be read keeps the audit before.
 */
export async function auditWithFleet(
  deps: Deps,
  instance: string,
  watched: WatchList['watched'],
): Promise<void> {
  const { jamf } = instanceOf(deps, instance);
  const read = new Map<string, ProfileDetails>();
  for (const id of watched.flatMap(({ policy: { overlap } }) => [overlap.blue, overlap.green])) {
    const details = await jamf.readProfile(id).catch(() => null);
    if (details) read.set(id, details);
  }
  await auditProfiles(deps, instance, read, { field: true });
}
