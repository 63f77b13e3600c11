import { z } from 'zod';

/** States of a redistribution, in the order of a successful redistribution. `verified` begins before the old profile is removed. */
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

/** Reasons why a redistribution is blocked; docs/redistribution.md explains each. */
export const BLOCK_REASONS = [
  'observe',
  'paused',
  'scopes-wrong',
  'unknown-computer',
  'unmanaged',
  'subject-too-long',
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
 * Mechanisms, in the order in which they are tried. `native` is the Redistribute Profile setting of Jamf Pro,
 * which works independently: Recert waits for it and verifies it. Only a user can redistribute to a whole scope.
 */
export const MECHANISMS = ['native', 'unstick', 'overlap', 'cycle'] as const;

export type Mechanism = (typeof MECHANISMS)[number];

/**
 * Reasons why the Redistribute Profile setting of Jamf Pro did not renew a certificate, as far as Recert can
 * determine them.
 */
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
    /** A manual request always overrides the renewal window. It overrides the rate limit and the canary only if they are set here. */
    overrides: z.object({ hourlyCap: z.boolean(), canary: z.boolean().optional() }),
    /** ID of the batch to which the request belongs. */
    batch: text.optional(),
  }),
]);

/** A change of the membership of the Mac in one static group. */
const groupChangeSchema = z.object({
  group: z.enum(['joinGreen', 'leaveBlue', 'exclude']),
  op: z.enum(['add', 'remove']),
});

/**
 * A write to Jamf Pro, which is stored before the call. It stays in the record until reading back the membership shows the result. After
 * a crash, another worker therefore checks the result before it writes again.
 */
const intentSchema = z.object({
  /**
   * `trigger` makes Jamf Pro install the new profile. `withdraw` reverts the trigger before another attempt. `return` reverts it after
   * the redistribution has ended. `tidy` removes one of two profiles that remain from an earlier redistribution. `finish` removes the old
   * profile after verification. `include` ends the exclusion of the Mac.
   */
  purpose: z.enum(['trigger', 'withdraw', 'return', 'tidy', 'finish', 'include']),
  /** `null` when the write clears failed commands instead of changing a group. */
  change: groupChangeSchema.nullable(),
  at: instant,
  /**
   * Number of times that the call was started. `calledAt`: when it was last started. A worker that appears to have stopped may still
   * complete the call.
   */
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
  /**
   * The profile that provides the new certificate: blue or green. If the mechanism is not `overlap`, this is the profile that the Mac
   * already has.
   */
  direction: directionSchema,
  /** When the write was decided. Commands and certificates from before this time (less a tolerance) do not belong to this attempt. */
  intentAt: instant,
  /** When Jamf Pro confirmed the write; `null` until then. */
  triggeredAt: instant.nullable(),
  /** UUIDs of commands for the same profile that existed before the attempt. */
  earlierCommands: z.array(text),
  command: commandSchema.nullable(),
  /** When Recert first found that Jamf Pro no longer lists the command; `null` while Jamf Pro lists it. */
  missingSince: instant.nullable(),
  /** Start of the timeout for delivery: when the command was sent, or when the Mac came online again. */
  deliveryFrom: instant.nullable(),
  /**
   * When Recert decided to send each blank push. Blank pushes that are due at the same time have an entry each, but are sent as one push.
   * The list is emptied when the timeout restarts (`deliveryFrom`), because all blank pushes are then due again.
   */
  blankPushes: z.array(instant),
  endedAt: instant.nullable(),
  /** When Jamf Pro confirmed that the group change was reverted, so that another attempt can start. */
  withdrawnAt: instant.nullable(),
  outcome: z.enum(['verified', 'error', 'unproven', 'no-command', 'cancelled']).nullable(),
  /**
   * The attempt is unproven only because the Mac reported no inventory after it installed the profile. It may have
   * succeeded.
   */
  unreported: z.boolean().default(false),
  error: text,
  /**
   * Error text of a RemoveProfile command that the Mac refused because a blueprint has taken over the profile. No further attempt follows.
   */
  takenOver: text.optional(),
  /** The cause concerns all Macs, so the attempt does not count toward the limit of attempts (see safety-limits/common-cause.ts). */
  uncharged: z.enum(['ca-rate-limit', 'wrong-challenge', 'ca-failure']).optional(),
  /** Part of a canary wave: the permit was granted while the canary was in progress. */
  canary: z.boolean().optional(),
  /**
   * When the canary wave stopped waiting for the proof of this acknowledged attempt, because no inventory was reported. The wave counts
   * it as installed.
   */
  passedAt: instant.optional(),
  /**
   * When inventory that was reported after the acknowledgment did not show the certificate. The attempt counts as a failure unless it is
   * proven later.
   */
  doubtedAt: instant.optional(),
  /** When Recert last read the declarative status of the Mac for this attempt. */
  statusReadAt: instant.optional(),
  /**
   * Serial number of the new certificate in the declarative status, if the status does not count as proof on this server. It is compared
   * with the certificate that inventory shows later.
   */
  statusSeen: text.optional(),
  /** When the delivery timeout of the pending command ended. From then on, the attempt holds no permit until the Mac checks in. */
  releasedAt: instant.optional(),
});

/**
 * A lease marks a Mac that Recert may have added to the exclusion group. It is stored before the call, and kept
 * until Jamf Pro shows that the Mac is no longer a member. It contains the ID of the group, because the
 * configuration may change in the meantime.
 */
const leaseSchema = z.object({
  groupId: text,
  at: instant,
  /** When the Mac leaves the exclusion group at the latest, whether or not the profile was removed. */
  dueAt: instant,
  /** When Recert began to remove the Mac from the exclusion group; `null` before. */
  returningSince: instant.nullable(),
});

const transitionSchema = z.object({
  at: instant,
  from: z.enum(STATES).nullable(),
  to: z.enum(STATES),
  /** Reason for display, as part of a sentence: lower-case start, no full stop. */
  why: text,
  /** Observed facts: serial numbers, times, command UUIDs. They never contain a secret. */
  evidence: z.record(text, z.union([text, z.number(), z.boolean(), z.null()])),
});

/**
 * One redistribution of one watched profile to one Mac, with its complete state. The queue job contains no state. Times are epoch
 * milliseconds.
 */
export const redistributionSchema = z.object({
  id: text,
  instance: text,
  /** Name of the watched profile in the configuration. */
  profile: text,
  computerId: text,
  /**
   * Management ID of the enrollment for which the record was opened. If the Mac enrolls again, the redistribution
   * is canceled.
   */
  managementId: text,
  enrolledAt: instant.nullable(),
  version: z.int(),
  openedAt: instant,
  /** When everything was done, including the cleanup. Until then, no other redistribution can be opened for this Mac and profile. */
  closedAt: instant.nullable(),
  state: z.enum(STATES),
  since: instant,
  cause: causeSchema,
  /**
   * When the certificate became due. The grace period for the Redistribute Profile setting of Jamf Pro starts at
   * this time.
   */
  dueAt: instant.nullable(),
  /**
   * When the grace period for the Redistribute Profile setting of Jamf Pro ended without a new certificate, if Recert waited for the
   * setting.
   */
  nativeFailedAt: instant.nullable().default(null),
  /**
   * Why the Redistribute Profile setting of Jamf Pro failed, if nothing else renews the certificate. Set only in
   * the state `needs-human`, in which the redistribution then stays open.
   */
  nativeFailure: z
    .object({ cause: z.enum(NATIVE_CAUSES), text })
    .nullable()
    .default(null),
  direction: directionSchema.nullable(),
  /** The certificate of the Mac before the trigger; `''` and `null` when it had none. */
  baseline: z.object({ serialNumber: text, expiresAt: instant.nullable(), at: instant }),
  /** Set if and only if the state is `blocked`. */
  blocked: z.object({ reason: z.enum(BLOCK_REASONS), text }).nullable(),
  intent: intentSchema.nullable(),
  lease: leaseSchema.nullable().default(null),
  attempts: z.array(attemptSchema),
  retryAt: instant.nullable(),
  /**
   * When Recert decided to remove one of two profiles that remain from an earlier redistribution. Only inventory
   * that is reported after this time counts.
   */
  decidedAt: instant.optional(),
  /**
   * A pending command that Recert did not cause but must wait for, and the number of blank pushes that asked the Mac to fetch the
   * command.
   */
  woken: z.object({ command: text, pushes: z.int() }).nullable().default(null),
  /** When Recert last requested that the Mac be read from Jamf Pro. */
  askedAt: instant.nullable(),
  /**
   * The certificate that verified the renewal. `credit` is `jamf` if the Redistribute Profile setting of Jamf Pro
   * renewed it, `other` if something else did; in both cases, Recert triggered nothing.
   */
  proof: z
    .object({
      serialNumber: text,
      expiresAt: instant,
      issuedAt: instant.nullable(),
      reportedAt: instant,
      /** `status`: the declarative status showed the certificate. Absent if inventory showed it. */
      source: z.literal('status').optional(),
      credit: z.enum(['recert', 'jamf', 'other']),
    })
    .nullable(),
  /**
   * Cleanup after the final state. `finish`: remove the old profile after the settle time, in which the Mac keeps
   * both profiles. `return`: revert the group change. The outcome is `left` when the cleanup was abandoned; the
   * Mac then keeps both profiles, which is harmless.
   */
  settlement: z
    .object({
      kind: z.enum(['finish', 'return']),
      dueAt: instant,
      doneAt: instant.nullable(),
      outcome: z.enum(['done', 'left']).nullable(),
      /** When Recert decided to remove the old profile. Only inventory that is reported after this time counts. */
      decidedAt: instant.optional(),
      /** When inventory showed that the verified certificate was no longer on the Mac. */
      lostAt: instant.optional(),
    })
    .nullable(),
  /**
   * Set when the Mac was found to have neither profile after a write of this redistribution. `isOurs`: whether the write caused the loss.
   * `text`: the Mac and its groups.
   */
  loss: z.object({ at: instant, isOurs: z.boolean(), text }).optional(),
  cancelRequest: z.object({ by: text, reason: text, at: instant }).nullable(),
  /** Failed calls to Jamf Pro since the last successful one. */
  trouble: z.object({ since: instant, at: instant, count: z.int(), text }).nullable(),
  /**
   * The planned actions for display, as part of a sentence: lower-case start, no full stop. In observe mode, the plan is the only result.
   */
  plan: text,
  history: z.array(transitionSchema),
  /** When a worker processes the redistribution next, unless a signal comes first. */
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
/** Membership of a Mac in the two static groups of the mechanism `overlap`. */
export type Membership = Record<'joinGreen' | 'leaveBlue', boolean>;
export type Lease = z.output<typeof leaseSchema>;
export type Intent = z.output<typeof intentSchema>;
export type Attempt = z.output<typeof attemptSchema>;
export type CommandSeen = z.output<typeof commandSchema>;
export type Transition = z.output<typeof transitionSchema>;
export type Proof = NonNullable<Redistribution['proof']>;

/** Returns the current or last attempt; `null` before the first attempt. */
export function lastAttempt(record: Pick<Redistribution, 'attempts'>): Attempt | null {
  return record.attempts.at(-1) ?? null;
}

/**
 * Returns when the Mac acknowledged the command of the current attempt, epoch milliseconds. If no command is known, returns when the
 * state began.
 */
export function acknowledgedAtOf(record: Redistribution): number {
  return lastAttempt(record)?.command?.completedAt ?? record.since;
}

const IN_FLIGHT: ReadonlySet<State> = new Set(['excluded', 'including', 'triggered', 'pushed']);

/**
 * Whether a redistribution counts toward the concurrency limit: it was sent, and the Mac has neither answered nor gone offline, so it may
 * request its certificate from the CA at any moment. A Mac that answered only waits for its proof and does not load the CA.
 */
export function isInFlight(record: Redistribution): boolean {
  return IN_FLIGHT.has(record.state) || record.intent?.purpose === 'trigger';
}

/** Whether a redistribution with the mechanism `cycle` is in progress. `cycle` has a separate concurrency limit. */
export function isCycling(record: Redistribution): boolean {
  return isInFlight(record) && lastAttempt(record)?.mechanism === 'cycle';
}

/** Whether a redistribution counts in a canary wave: it is in progress, or it was acknowledged and waits for its proof. */
export function isInCanary(record: Redistribution): boolean {
  const attempt = lastAttempt(record);
  if (attempt?.canary !== true) return false;
  const judged = attempt.passedAt !== undefined || attempt.doubtedAt !== undefined;
  return isInFlight(record) || (record.state === 'verifying' && !judged);
}

/** Whether a redistribution is blocked because the Mac went offline before it answered. */
export function isUnanswered(record: Redistribution): boolean {
  const attempt = lastAttempt(record);
  return (
    record.state === 'blocked' && attempt !== null && attempt.triggeredAt !== null && attempt.endedAt === null
  );
}

const FOR_ROOM: ReadonlySet<string | undefined> = new Set([
  'hourly-cap',
  'in-flight-cap',
  'canary',
  'breaker-open',
  'jamf-held',
] satisfies BlockReason[]);

/** Whether a redistribution is blocked by a condition of its whole profile. It then keeps its position in the queue for permits. */
export function waitsForRoom({ blocked }: Redistribution): boolean {
  return FOR_ROOM.has(blocked?.reason);
}

/** Whether a redistribution is verified, and the Mac keeps both profiles for the settle time. */
export function isSettling(record: Redistribution): boolean {
  return record.state === 'verified' && record.closedAt === null;
}
