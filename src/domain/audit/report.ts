import type { ProfileDetails } from '../profile.js';
import { auditCa, type CaFacts } from './ca.js';
import type { FleetResult } from './fleet.js';
import type { Pair } from './pair.js';
import type { AuditFinding } from './rules.js';
import { auditWatched } from './watched.js';

/** What an audit has shown of one profile in Jamf. No secret is in it. */
export interface AuditReport {
  /** Id and name of the profile in Jamf. */
  id: string;
  title: string;
  /** Name of the watched profile in our configuration, and which half it is; `''` and `null` of one that is not watched. */
  profile: string;
  half: 'blue' | 'green' | null;
  /** Epoch milliseconds: when its settings were read. */
  auditedAt: number;
  settings: readonly AuditFinding[];
  /** What the Macs in scope and the CA showed, and when; `null` until they were asked. */
  field: {
    auditedAt: number;
    /** Equal while nothing has changed that the Macs and the CA were asked about. */
    mark: string;
    computers: number;
    findings: readonly AuditFinding[];
    unseen: readonly string[];
    caExpiresAt: number | null;
  } | null;
  unseen: readonly string[];
}

/** Every finding of a report, errors first. */
export function findingsOf({ settings, field }: Pick<AuditReport, 'settings' | 'field'>): AuditFinding[] {
  const all = [...settings, ...(field?.findings ?? [])];
  return [
    ...all.filter(({ severity }) => severity === 'error'),
    ...all.filter(({ severity }) => severity === 'warning'),
  ];
}

/** What the settings of each half break. What both break together is told of blue when it is blue's scope, else of green. */
export function settingsOf(pair: Pair): { blue: AuditFinding[]; green: AuditFinding[] } {
  const { blue, green, pair: both } = auditWatched(pair);
  return {
    blue: [...blue, ...both.filter(({ rule }) => rule === 'blue-scope')],
    green: [...green, ...both.filter(({ rule }) => rule !== 'blue-scope')],
  };
}

/** A mark of everything about a profile that the Macs and the CA are asked about. */
export function markOfField({ identifier, scope, scep }: ProfileDetails): string {
  return JSON.stringify([identifier, scope, scep?.map(({ url, subject }) => [url, subject])]);
}

/** What the Macs and the CA showed, put together. `ca` is `null` when there is nothing to ask. */
export function fieldOf(
  profile: ProfileDetails,
  fleet: FleetResult,
  ca: CaFacts | null,
  now: number,
): NonNullable<AuditReport['field']> {
  return {
    auditedAt: now,
    mark: markOfField(profile),
    computers: fleet.computers,
    findings: [...fleet.findings, ...(ca ? auditCa(ca) : [])],
    unseen: fleet.unseen,
    caExpiresAt: ca?.expiresAt ?? null,
  };
}
