import { auditPair, type Pair } from './pair.js';
import type { AuditFinding } from './rules.js';
import { auditSettings } from './settings.js';

/** Findings about the settings of a watched profile: of each of its two profiles alone, and of the pair. */
export interface WatchedAudit {
  blue: AuditFinding[];
  green: AuditFinding[];
  pair: AuditFinding[];
}

/**
 * Checks the settings of both profiles of a watched profile. If green has no targets, this is reported only as a
 * finding about the pair.
 */
export function auditWatched(pair: Pair): WatchedAudit {
  return {
    blue: auditSettings(pair.blue),
    green: auditSettings(pair.green).filter(({ rule }) => rule !== 'scope'),
    pair: auditPair(pair),
  };
}
