import type { ProfileDetails } from '../profile.js';
import { auditAnchors, auditCa, type CaFacts } from './ca.js';
import type { FleetResult } from './fleet.js';
import type { Pair } from './pair.js';
import type { AuditFinding } from './rules.js';
import { auditWatched } from './watched.js';

/** A change of the key identifiers of a CA, and when Recert noticed it, epoch milliseconds. */
export interface CaChange {
  at: number;
  before: string;
  after: string;
}

/** Result of the profile check of one profile in Jamf Pro. It contains no secret. */
export interface AuditReport {
  /** ID and name of the profile in Jamf Pro. */
  id: string;
  title: string;
  /**
   * Name of the watched profile in the configuration; `''` for a profile that is not watched. `half`: which of the two
   * profiles of the watched profile this is; `null` if there is no watched profile, or if it has only one profile.
   */
  profile: string;
  half: 'blue' | 'green' | null;
  /** When the settings were read, epoch milliseconds. */
  auditedAt: number;
  settings: readonly AuditFinding[];
  /** Result of checking the Macs in scope and the CA; `null` until the first check. */
  field: {
    auditedAt: number;
    /** Hash of the part of the profile on which this check depends (see `markOfField`). */
    mark: string;
    computers: number;
    findings: readonly AuditFinding[];
    unseen: readonly string[];
    caExpiresAt: number | null;
    /** Key identifiers of the certificates of the CA, in ascending order; absent until the CA has returned them. */
    caKeys?: string;
    /** The last change of `caKeys`; absent when they have never changed. */
    caChange?: CaChange;
  } | null;
  unseen: readonly string[];
}

/** Returns every finding of a report, errors first. */
export function findingsOf({ settings, field }: Pick<AuditReport, 'settings' | 'field'>): AuditFinding[] {
  const all = [...settings, ...(field?.findings ?? [])];
  return [
    ...all.filter(({ severity }) => severity === 'error'),
    ...all.filter(({ severity }) => severity === 'warning'),
  ];
}

/**
 * Returns the findings about the settings of each of the two profiles. Findings about the pair are listed under
 * green, except those that concern only the scope of blue.
 */
export function settingsOf(pair: Pair): { blue: AuditFinding[]; green: AuditFinding[] } {
  const { blue, green, pair: both } = auditWatched(pair);
  return {
    blue: [...blue, ...both.filter(({ rule }) => rule.startsWith('blue-'))],
    green: [...green, ...both.filter(({ rule }) => !rule.startsWith('blue-'))],
  };
}

/**
 * Returns the parts of a profile on which the check of the Macs and the CA depends, and the pattern, as a text. When
 * the text changes, the check must be repeated.
 */
export function markOfField({ identifier, scope, scep, anchors }: ProfileDetails, pattern?: RegExp): string {
  const settings = scep?.map(({ url, name, subject }) => [url, name, subject]);
  return JSON.stringify([identifier, scope, settings, pattern?.source, anchors]);
}

/** Returns the mechanisms and the SCEP settings as a text. A change of this text may make every renewal fail. */
export function riskOf(profiles: readonly ProfileDetails[], mechanisms: readonly string[]): string {
  const settings = profiles.map(({ identifier, install, scep }) => [
    identifier,
    install,
    // Each process computes a different mark for the same challenge.
    scep?.map((one) => ({ ...one, challengeMark: null, challengeSeal: undefined })),
  ]);
  return JSON.stringify([mechanisms, settings]);
}

/**
 * Combines the results of checking the Macs and the CA. `ca` is `null` when the profile names no CA that could be
 * queried. `before`: the previous result, whose key identifiers remain while the CA does not return any.
 */
export function fieldOf(
  profile: ProfileDetails,
  fleet: FleetResult,
  ca: CaFacts | null,
  {
    now,
    pattern,
    before,
  }: { now: number; pattern?: RegExp | undefined; before?: AuditReport['field'] | undefined },
): NonNullable<AuditReport['field']> {
  const known = before?.caKeys;
  const caKeys = keysOf(ca) ?? known;
  const caChange =
    known === undefined || caKeys === undefined || caKeys === known
      ? before?.caChange
      : { at: now, before: known, after: caKeys };
  return {
    auditedAt: now,
    mark: markOfField(profile, pattern),
    computers: fleet.computers,
    findings: [
      ...fleet.findings,
      ...(ca ? [...auditCa(ca), ...auditAnchors(profile.anchors ?? [], ca)] : []),
    ],
    unseen: fleet.unseen,
    caExpiresAt: ca?.expiresAt ?? null,
    ...(caKeys === undefined ? {} : { caKeys }),
    ...(caChange === undefined ? {} : { caChange }),
  };
}

function keysOf(ca: CaFacts | null): string | undefined {
  const ids = new Set(ca?.certificates?.map(({ keyId }) => keyId));
  return ids.size === 0 ? undefined : [...ids].sort().join(' ');
}
