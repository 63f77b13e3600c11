import { auditPair, type Pair } from './pair.js';
import type { AuditFinding } from './rules.js';
import { auditSettings } from './settings.js';

/** What the settings of a watched profile break: each half alone, and both together. */
export interface WatchedAudit {
  blue: AuditFinding[];
  green: AuditFinding[];
  pair: AuditFinding[];
}

/** Audits the settings of both halves of a watched profile. Pure. A green without targets is told once, as part of the pair. */
export function auditWatched(pair: Pair): WatchedAudit {
  return {
    blue: auditSettings(pair.blue),
    green: auditSettings(pair.green).filter(({ rule }) => rule !== 'scope'),
    pair: auditPair(pair),
  };
}
