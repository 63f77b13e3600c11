import { z } from 'zod';
import type { AuditReport } from '../../domain/audit/report.js';
import { RULES, type RuleName } from '../../domain/audit/rules.js';
import { storedFormat } from '../../json/stored.js';
import { type StoreAccess, unreported } from '../redis/unreadable.js';

/** Stores the latest result of the profile check for each profile, some kilobytes each. */
export interface ProfileAuditStore {
  save(instance: string, report: AuditReport): Promise<void>;
  /**
   * Returns the results for all watched profiles, and for all other profiles that the last check of the whole Jamf
   * Pro server found.
   */
  all(instance: string): Promise<readonly AuditReport[]>;
  /**
   * Records that all profiles of the Jamf Pro server have been checked, and deletes the results for profiles that
   * the check did not find.
   */
  settleAll(instance: string, audit: WholeAudit & { found: readonly string[] }): Promise<void>;
  /** Returns when all profiles of the Jamf Pro server were last checked; `null` when never. */
  lastOfAll(instance: string): Promise<WholeAudit | null>;
  /** Returns the result for a profile, given by its Jamf Pro ID; `null` before the first check. */
  get(instance: string, id: string): Promise<AuditReport | null>;
}

const wholeAudit = z.object({
  /** When the check was completed, epoch milliseconds. */
  auditedAt: z.int(),
  /** Number of profiles on the Jamf Pro server, and number of those that could not be read. */
  profiles: z.int(),
  unread: z.int(),
});

/** Summary of a check of all profiles of a Jamf Pro server. */
export type WholeAudit = z.output<typeof wholeAudit>;

const isRule = (name: string): name is RuleName => name in RULES;

const finding = z.object({
  rule: z.string().refine(isRule, 'is not a rule that this version knows'),

  severity: z.enum(['error', 'warning']),
  said: z.string(),
  why: z.string(),
  todo: z.string(),
  source: z.string(),
  computers: z
    .object({
      count: z.int(),
      listed: z.array(z.object({ id: z.string(), name: z.string(), serialNumber: z.string() })),
    })
    .exactOptional(),
});

const stored = z.object({
  id: z.string(),
  title: z.string(),
  profile: z.string(),
  half: z.enum(['blue', 'green']).nullable(),
  auditedAt: z.int(),
  settings: z.array(finding),
  field: z
    .object({
      auditedAt: z.int(),
      mark: z.string(),
      computers: z.int(),
      findings: z.array(finding),
      unseen: z.array(z.string()),
      caExpiresAt: z.int().nullable(),
      caKeys: z.string().exactOptional(),
      caChange: z.object({ at: z.int(), before: z.string(), after: z.string() }).exactOptional(),
    })
    .nullable(),
  unseen: z.array(z.string()),
});

const format = storedFormat<AuditReport>('profile check report', stored);
const wholeFormat = storedFormat('profile check', wholeAudit);

/**
 * Creates the store in Redis: one hash per Jamf Pro server, with JSON by profile ID. If a result cannot be parsed,
 * the profile counts as never checked.
 */
export function createProfileAuditStore({
  redis,
  key,
  report: unreadable = unreported,
}: StoreAccess): ProfileAuditStore {
  const hash = (instance: string) => key(instance, 'profile-audits');
  const whole = (instance: string) => key(instance, 'profile-audits', 'whole');
  return {
    async save(instance, report) {
      await redis.hset(hash(instance), report.id, format.write(stored.parse(report)));
    },
    async get(instance, id) {
      return format.tryRead(await redis.hget(hash(instance), id), id, unreadable);
    },
    async all(instance) {
      return format.readAll(Object.entries(await redis.hgetall(hash(instance))), unreadable);
    },
    async settleAll(instance, { found, ...audit }) {
      const gone = (await redis.hkeys(hash(instance))).filter((id) => !found.includes(id));
      if (gone.length > 0) await redis.hdel(hash(instance), ...gone);
      await redis.set(whole(instance), wholeFormat.write(wholeAudit.parse(audit)));
    },
    async lastOfAll(instance) {
      return wholeFormat.tryRead(await redis.get(whole(instance)), instance, unreadable);
    },
  };
}
