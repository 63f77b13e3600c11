import type { Redis } from 'ioredis';
import type { Config } from '../config/schema.js';
import type { Telemetry } from '../telemetry/bus.js';
import { type BreakGlassStore, createBreakGlassStore } from './access/break-glass.js';
import { createSessionStore, type SessionStore } from './access/sessions.js';
import { createTokenStore, type TokenStore } from './access/tokens.js';
import { createEventLog, type EventLog } from './admission/event-log.js';
import { type AuditStore, createAuditStore } from './audit/audit.js';
import { createIdempotencyStore, type IdempotencyStore } from './audit/idempotency.js';
import { type BatchStore, createBatchStore } from './batches/batches.js';
import { createWholeScopeStore, type WholeScopeStore } from './batches/whole-scope.js';
import { type ComputerStore, createComputerStore } from './computers/computers.js';
import { createCursorStore, type CursorStore } from './cursors/cursors.js';
import { createGroupStore, type GroupStore } from './groups/groups.js';
import { createHints, type Hints } from './hints/hints.js';
import { createProfileHints, type ProfileHints } from './hints/profile-hints.js';
import { createIncidentStore, type IncidentStore } from './incidents/incidents.js';
import { createLimitStore, type LimitStore } from './limits/limits.js';
import { createOktaStore, type OktaStore } from './okta/okta.js';
import { createProfileAuditStore, type ProfileAuditStore } from './profiles/profile-audits.js';
import { createProfileStore, type ProfileStore } from './profiles/profiles.js';
import { keysUnder } from './redis/keys.js';
import { reportUnreadable } from './redis/unreadable.js';
import { createJamfRenewalStore, type JamfRenewalStore } from './redistributions/jamf-renewal-counts.js';
import { createLeaseStore, type LeaseStore } from './redistributions/leases.js';
import { createRedistributionStore, type RedistributionStore } from './redistributions/redistributions.js';

/** All collections in Redis. */
export interface Stores {
  audit: AuditStore;
  batches: BatchStore;
  breakGlass: BreakGlassStore;
  computers: ComputerStore;
  cursors: CursorStore;
  events: EventLog;
  groups: GroupStore;
  hints: Hints;
  idempotency: IdempotencyStore;
  incidents: IncidentStore;
  issuedTokens: TokenStore;
  leases: LeaseStore;
  limits: LimitStore;
  natives: JamfRenewalStore;
  oktaStates: OktaStore;
  profileAudits: ProfileAuditStore;
  profileHints: ProfileHints;
  profiles: ProfileStore;
  redistributions: RedistributionStore;
  sessions: SessionStore;
  wholeScopes: WholeScopeStore;
}

/**
 * Dependencies of the collections: a Redis connection (with the purpose `request`), the configuration, the event bus
 * and the clock.
 */
export interface StoreOptions {
  redis: Redis;
  config: Config;
  telemetry: Telemetry;
  now: () => number;
}

/** Opens all collections with one Redis connection. Sends nothing to Redis: a Lua script is sent when it is first called. */
export function openStores({ redis, config, telemetry, now }: StoreOptions): Stores {
  const at = { redis, key: keysUnder(config.redis.prefix), report: reportUnreadable(telemetry) };
  return {
    audit: createAuditStore({ ...at, keepMs: config.audit.keep, now }),
    batches: createBatchStore(at),
    breakGlass: createBreakGlassStore(at),
    computers: createComputerStore(at),
    cursors: createCursorStore(at),
    events: createEventLog(at),
    groups: createGroupStore(at),
    hints: createHints({ ...at, now }),
    idempotency: createIdempotencyStore(at),
    incidents: createIncidentStore(at),
    issuedTokens: createTokenStore(at),
    leases: createLeaseStore(at),
    limits: createLimitStore({ ...at, telemetry }),
    natives: createJamfRenewalStore(at),
    oktaStates: createOktaStore(at),
    profileAudits: createProfileAuditStore(at),
    profileHints: createProfileHints({ ...at, now }),
    profiles: createProfileStore({ ...at, config }),
    redistributions: createRedistributionStore(at),
    sessions: createSessionStore({ ...at, idleMs: config.signIn.idle }),
    wholeScopes: createWholeScopeStore(at),
  };
}
