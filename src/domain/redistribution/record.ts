import { z } from 'zod';

/** States of a redistribution, in the order of a successful run. `verified` begins before the old profile is removed. */
export const STATES = [
  'due',
  'eligible',
  'blocked',
  'excluded',
  'including',
  'triggered',
  'pushed',
  'verifying',
  'retry',
  'verified',
  'needs-human',
  'cancelled',
] as const;

/** Why a redistribution is blocked. */
export const BLOCK_REASONS = [
  'observe',
  'paused',
  'scopes-wrong',
  'unknown-computer',
  'unmanaged',
  'inventory-stale',
  'offline',
  'attempts-used',
  'hourly-cap',
  'in-flight-cap',
  'canary',
  'breaker-open',
  'jamf-held',
  'maintenance-window',
  'pending-command',
  'overlapping',
  'no-mechanism',
  'cycle-cap',
] as const;

/**
 * Mechanisms, in the order in which they are tried. `native` is Jamf Pro's own setting, which works independently: Recert waits for it
 * and verifies it. Only a person redistributes to a whole scope.
 */
export const MECHANISMS = ['native', 'unstick', 'overlap', 'cycle'] as const;

/** Mechanism of an attempt. */
export type Mechanism = (typeof MECHANISMS)[number];

/** Why Jamf Pro's own setting did not renew a certificate, as far as it can be read. */
export const NATIVE_CAUSES = [
  'unmanaged',
  'out-of-scope',
  'install-failed',
  'subject-too-long',
  'pending-command',
  'unreported',
  'unproven',
  'offline',
  'stale-inventory',
  'no-command',
] as const;

const instant = z.int();
const text = z.string();

/** Which of the two equivalent profiles is installed: `to-green` replaces blue, `to-blue` replaces green. */
const directionSchema = z.enum(['to-green', 'to-blue']);

const causeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('due') }),
  z.object({
    kind: z.literal('manual'),
    by: text,
    reason: text,
    /** A manual request always overrides the renewal window. It overrides rate limit and canary only if set here. */
    overrides: z.object({ hourlyCap: z.boolean(), canary: z.boolean().optional() }),
    /** ID of the batch that the request belongs to. */
    batch: text.optional(),
  }),
]);

/** A membership change in one static group. */
const groupChangeSchema = z.object({
  group: z.enum(['joinGreen', 'leaveBlue', 'exclude']),
  op: z.enum(['add', 'remove']),
});

/**
 * A write to Jamf Pro, stored before the call. It stays in the record until reading back the membership shows the result, so that after a
 * crash another worker checks the result before it writes again.
 */
const intentSchema = z.object({
  /**
   * `trigger` installs the new profile. `withdraw` reverts it before another attempt, `return` after the redistribution ended. `tidy` ends
   * an old overlap before a new one. `finish` removes the old profile after verification. `include` ends the exclusion of the Mac.
   */
  purpose: z.enum(['trigger', 'withdraw', 'return', 'tidy', 'finish', 'include']),
  /** `null` when the write clears failed commands instead of changing a group. */
  change: groupChangeSchema.nullable(),
  at: instant,
  /** How often the call was started, and when last. A worker that is considered dead may still complete it. */
  calls: z.int(),
  calledAt: instant,
});

const commandSchema = z.object({
  uuid: text,
  state: z.enum(['PENDING', 'ACKNOWLEDGED', 'NOT_NOW', 'ERROR', 'COMMAND_FORMAT_ERROR']),
  sentAt: instant,
  completedAt: instant.nullable(),
  error: text,
});

const attemptSchema = z.object({
  number: z.int(),
  mechanism: z.enum(MECHANISMS).default('overlap'),
  /** Whether the Mac has both profiles during the attempt, so that one of them must be removed afterwards. */
  overlaps: z.boolean().default(true),
  /** Which profile provides the new certificate. Without an overlap it is the profile that the Mac has. */
  direction: directionSchema,
  /** When the write was decided. Earlier commands and certificates (less a tolerance) do not belong to this attempt. */
  intentAt: instant,
  /** When Jamf Pro confirmed the write; `null` until then. */
  triggeredAt: instant.nullable(),
  /** UUIDs of commands for the same profile that existed before the attempt. */
  earlierCommands: z.array(text),
  command: commandSchema.nullable(),
  /** Since when Jamf Pro no longer lists the command. */
  missingSince: instant.nullable(),
  /** Start of the delivery timeout: when the command was sent, or when the Mac came back online. */
  deliveryFrom: instant.nullable(),
  /** When blank pushes were decided, from `deliveryFrom` on. */
  blankPushes: z.array(instant),
  endedAt: instant.nullable(),
  /** When Jamf Pro confirmed that the group change was reverted, so that another attempt can start. */
  withdrawnAt: instant.nullable(),
  outcome: z.enum(['verified', 'error', 'unproven', 'no-command', 'cancelled']).nullable(),
  /** Unproven only because the Mac reported no inventory after it installed the profile. The attempt may have worked. */
  unreported: z.boolean().default(false),
  error: text,
});

/**
 * Marks a Mac that Recert may have put into the exclusion group. Stored before the call, and kept until Jamf Pro shows that the Mac is no
 * longer a member. Contains the group ID, because the configuration may change in the meantime.
 */
const leaseSchema = z.object({
  groupId: text,
  at: instant,
  /** When the Mac leaves the group at the latest, whether or not the profile was removed. */
  dueAt: instant,
  /** Since when Recert has been removing the Mac from the group. */
  returningSince: instant.nullable(),
});

const transitionSchema = z.object({
  at: instant,
  from: z.enum(STATES).nullable(),
  to: z.enum(STATES),
  /** Reason for display: lower-case start, no full stop. */
  why: text,
  /** Observed facts: serial numbers, instants, command UUIDs. Never a secret. */
  evidence: z.record(text, z.union([text, z.number(), z.boolean(), z.null()])),
});

/** One redistribution of one watched profile to one Mac, with its complete state; the queue job holds none. Instants: epoch milliseconds. */
export const redistributionSchema = z.object({
  id: text,
  instance: text,
  /** Name of the watched profile in the configuration. */
  profile: text,
  computerId: text,
  /** Management ID of the enrollment for which the record was opened. Another enrollment cancels it. */
  managementId: text,
  enrolledAt: instant.nullable(),
  version: z.int(),
  openedAt: instant,
  /** Set when nothing is left to do, cleanup included. Until then no other redistribution can open for this Mac and profile. */
  closedAt: instant.nullable(),
  state: z.enum(STATES),
  since: instant,
  cause: causeSchema,
  /** When the certificate became due. The grace period of Jamf Pro's own setting starts here. */
  dueAt: instant.nullable(),
  /** When the grace period of Jamf Pro's own setting ended without a new certificate, if Recert waited for it. */
  nativeFailedAt: instant.nullable().default(null),
  /** Why Jamf Pro's own setting failed, where nothing else renews the certificate. Set only in `needs-human`, which then stays open. */
  nativeFailure: z
    .object({ cause: z.enum(NATIVE_CAUSES), text })
    .nullable()
    .default(null),
  direction: directionSchema.nullable(),
  /** The certificate that counted before the trigger; `''` and `null` when the Mac had none. */
  baseline: z.object({ serialNumber: text, expiresAt: instant.nullable(), at: instant }),
  /** Set exactly when the state is `blocked`. */
  blocked: z.object({ reason: z.enum(BLOCK_REASONS), text }).nullable(),
  intent: intentSchema.nullable(),
  lease: leaseSchema.nullable().default(null),
  attempts: z.array(attemptSchema),
  retryAt: instant.nullable(),
  /** When the removal of one profile of an earlier overlap was decided: only inventory that is reported after it counts. */
  decidedAt: instant.optional(),
  /** A pending command that Recert did not cause and must wait for, and the number of blank pushes sent for it. */
  woken: z.object({ command: text, pushes: z.int() }).nullable().default(null),
  /** When the Mac was last requested to be read from Jamf Pro. */
  askedAt: instant.nullable(),
  /** The verified certificate. `credit`: `jamf` for Jamf Pro's own setting, `other` for anyone else; Recert triggered nothing for these. */
  proof: z
    .object({
      serialNumber: text,
      expiresAt: instant,
      issuedAt: instant.nullable(),
      reportedAt: instant,
      credit: z.enum(['recert', 'jamf', 'other']),
    })
    .nullable(),
  /**
   * Cleanup after the final state. `finish`: remove the old profile after the settle time. `return`: revert the group change. The outcome
   * is `left` when the cleanup was abandoned. The Mac then keeps both profiles, which is harmless.
   */
  settlement: z
    .object({
      kind: z.enum(['finish', 'return']),
      dueAt: instant,
      doneAt: instant.nullable(),
      outcome: z.enum(['done', 'left']).nullable(),
      /** When it was decided that the old profile goes: only inventory that is reported after it counts. */
      decidedAt: instant.optional(),
      /** When inventory showed that the proven certificate was gone again. */
      lostAt: instant.optional(),
    })
    .nullable(),
  cancelRequest: z.object({ by: text, reason: text, at: instant }).nullable(),
  /** Failed calls to Jamf Pro since the last successful one. */
  trouble: z.object({ since: instant, at: instant, count: z.int(), text }).nullable(),
  /** The planned actions for display (in observe mode the only result): lower-case start, no full stop. */
  plan: text,
  history: z.array(transitionSchema),
  /** When the next step runs unless a signal comes first. */
  wakeAt: instant,
});

export type Redistribution = z.output<typeof redistributionSchema>;
export type State = Redistribution['state'];
export type BlockReason = (typeof BLOCK_REASONS)[number];
export type NativeFailure = NonNullable<Redistribution['nativeFailure']>;
export type Direction = z.output<typeof directionSchema>;
export type Cause = Redistribution['cause'];
export type GroupChange = z.output<typeof groupChangeSchema>;
export type GroupRole = GroupChange['group'];
/** Membership of a Mac in the two groups of `overlap`. */
export type Membership = Record<'joinGreen' | 'leaveBlue', boolean>;
export type Lease = z.output<typeof leaseSchema>;
export type Intent = z.output<typeof intentSchema>;
export type Attempt = z.output<typeof attemptSchema>;
export type CommandSeen = z.output<typeof commandSchema>;
export type Transition = z.output<typeof transitionSchema>;
export type Proof = NonNullable<Redistribution['proof']>;

/** The current or last attempt; `null` before the first. */
export function lastAttempt(record: Pick<Redistribution, 'attempts'>): Attempt | null {
  return record.attempts.at(-1) ?? null;
}

const IN_FLIGHT: ReadonlySet<State> = new Set(['excluded', 'including', 'triggered', 'pushed', 'verifying']);

/** Whether a redistribution is in progress, which is what the concurrency limit counts: its result is not known yet. */
export function isInFlight(record: Redistribution): boolean {
  return IN_FLIGHT.has(record.state) || record.intent?.purpose === 'trigger';
}

/** Whether a redistribution by `cycle` is in progress. `cycle` has a separate concurrency limit. */
export function isCycling(record: Redistribution): boolean {
  return isInFlight(record) && lastAttempt(record)?.mechanism === 'cycle';
}

/**
 * When each attempt (by number) requested its certificate from the CA. The rate limit counts it for one hour from then. `Infinity` while
 * the command is pending, because the Mac may pick it up at any moment. A Mac that is blocked as offline holds no permit, so that Macs
 * that never return do not use up the limit. When it checks in again, its command counts again, even beyond the limit.
 */
function askedOfCa(record: Redistribution): ReadonlyMap<number, number> {
  const last = lastAttempt(record);
  return new Map(
    record.attempts.map((attempt) => {
      const { number, intentAt, triggeredAt, command, endedAt } = attempt;
      if (command !== null && command.state !== 'PENDING' && command.state !== 'NOT_NOW')
        return [number, command.completedAt ?? endedAt ?? Infinity];
      if (attempt === last && isInFlight(record)) return [number, Infinity];
      return [number, triggeredAt === null ? intentAt : (endedAt ?? intentAt)];
    }),
  );
}

/** Change of a rate limit permit: the attempt number, and the instants from which it counted before and counts now (see `askedOfCa`). */
export interface TokenChange {
  number: number;
  before: number | undefined;
  after: number;
}

/** Rate limit permits that change with a record. An attempt that was dropped before it was sent keeps its permit for the next attempt. */
export function tokenChanges(previous: Redistribution, next: Redistribution): readonly TokenChange[] {
  const before = askedOfCa(previous);
  const after = askedOfCa(next);
  const never = previous.attempts.filter(({ number }) => !after.has(number));
  return [...after, ...never.map(({ number, intentAt }) => [number, intentAt] as const)]
    .map(([number, at]) => ({ number, before: before.get(number), after: at }))
    .filter((token) => token.before !== token.after);
}

const FOR_ROOM: ReadonlySet<string | undefined> = new Set([
  'hourly-cap',
  'in-flight-cap',
  'canary',
  'breaker-open',
  'jamf-held',
] satisfies BlockReason[]);

/** Whether a redistribution is blocked by something that blocks its whole profile, so that it keeps its place in the wait queue. */
export function waitsForRoom({ blocked }: Redistribution): boolean {
  return FOR_ROOM.has(blocked?.reason);
}

/** Whether a redistribution is verified and both profiles are kept for the settle time. */
export function isSettling(record: Redistribution): boolean {
  return record.state === 'verified' && record.closedAt === null;
}
