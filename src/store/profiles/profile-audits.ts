import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { AuditReport } from '../../domain/audit/report.js';
import { RULES, type RuleName } from '../../domain/audit/rules.js';
import type { Key } from '../redis/keys.js';

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
    })
    .nullable(),
  unseen: z.array(z.string()),
});

/**
 * Creates the store in Redis: one hash per Jamf Pro server, with JSON by profile ID. A result that cannot be
 * parsed counts as never checked.
 */
export function createProfileAuditStore({ redis, key }: { redis: Redis; key: Key }): ProfileAuditStore {
  const hash = (instance: string) => key(instance, 'profile-audits');
  const whole = (instance: string) => key(instance, 'profile-audits', 'whole');
  return {
    async save(instance, report) {
      await redis.hset(hash(instance), report.id, JSON.stringify(stored.parse(report)));
    },
    async get(instance, id) {
      const text = await redis.hget(hash(instance), id);
      return text === null ? null : read(text);
    },
    async all(instance) {
      return Object.values(await redis.hgetall(hash(instance))).flatMap((text) => read(text) ?? []);
    },
    async settleAll(instance, { found, ...audit }) {
      const gone = (await redis.hkeys(hash(instance))).filter((id) => !found.includes(id));
      if (gone.length > 0) await redis.hdel(hash(instance), ...gone);
      await redis.set(whole(instance), JSON.stringify(wholeAudit.parse(audit)));
    },
    async lastOfAll(instance) {
      const parsed = wholeAudit.safeParse(JSON.parse((await redis.get(whole(instance))) ?? 'null'));
      return parsed.success ? parsed.data : null;
    },
  };
}

function read(text: string): AuditReport | null {
  const parsed = stored.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : null;
}
