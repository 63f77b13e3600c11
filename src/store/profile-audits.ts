import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { AuditReport } from '../domain/audit/report.js';
import { RULES, type RuleName } from '../domain/audit/rules.js';
import type { Key } from './keys.js';

/** What the audits of the watched profiles have shown, newest only: some kilobytes for each of them. */
export interface ProfileAuditStore {
  save(instance: string, report: AuditReport): Promise<void>;
  /** By the id of the profile in Jamf; `null` before the first audit. */
  get(instance: string, id: string): Promise<AuditReport | null>;
}

const isRule = (name: string): name is RuleName => name in RULES;

const finding = z.object({
  rule: z.string().refine(isRule, 'is no rule of this version'),

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
  half: z.enum(['blue', 'green']),
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

/** The reports in Redis: one hash an instance, JSON by id of the profile in Jamf. What is not understood counts as never audited. */
export function createProfileAuditStore({ redis, key }: { redis: Redis; key: Key }): ProfileAuditStore {
  const hash = (instance: string) => key(instance, 'profile-audits');
  return {
    async save(instance, report) {
      await redis.hset(hash(instance), report.id, JSON.stringify(stored.parse(report)));
    },
    async get(instance, id) {
      const text = await redis.hget(hash(instance), id);
      if (text === null) return null;
      const parsed = stored.safeParse(JSON.parse(text));
      return parsed.success ? parsed.data : null;
    },
  };
}
