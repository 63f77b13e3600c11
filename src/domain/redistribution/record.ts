import { z } from 'zod';

/** The states of one redistribution, in the order in which a good one passes them. `verified` is shown as soon as it is proven. */
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

/** Why a redistribution waits although its Mac is due. */
export const BLOCK_REASONS = [
  'observe',
  'paused',
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

/** The ways in which Recert has a profile redistributed by itself. Jamf's own setting is beside them, the whole scope is a person's. */
export const MECHANISMS = ['unstick', 'overlap', 'cycle'] as const;

/** One of them. */
export type Mechanism = (typeof MECHANISMS)[number];

const instant = z.int();
const text = z.string();

/** Which of the two equivalent profiles gets the Mac: `to-green` from blue, `to-blue` from green. */
const directionSchema = z.enum(['to-green', 'to-blue']);

const causeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('due') }),
  z.object({
    kind: z.literal('manual'),
    by: text,
    reason: text,
    /** The window is always overridden by a person; the hourly cap and the canary only when they say so. */
    overrides: z.object({ hourlyCap: z.boolean(), canary: z.boolean().optional() }),
    /** Id of the request for many that it came with. */
    batch: text.optional(),
  }),
]);

/** One change of one static group. */
const groupChangeSchema = z.object({
  group: z.enum(['joinGreen', 'leaveBlue', 'exclude']),
  op: z.enum(['add', 'remove']),
});

/**
 * A write to Jamf that was decided, durable before the call. It stays until the membership read back shows what came of it, so
 * that whoever finds it after a kill looks before it writes again.
 */
const intentSchema = z.object({
  /**
   * `trigger` brings the new profile, `withdraw` takes it back before another attempt, `return` after the end, `tidy` ends an old
   * overlap before a new one, `finish` drops the old profile after the proof, `include` takes the Mac out of the exclusion group.
   */
  purpose: z.enum(['trigger', 'withdraw', 'return', 'tidy', 'finish', 'include']),
  /** `null`: no group changes, the failed commands of the Mac are flushed. */
  change: groupChangeSchema.nullable(),
  at: instant,
  /** How often the call was begun, and when last: it may be on its way still, made by a worker that is thought dead. */
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
  /** Whether the Mac has both profiles during it, so that one of them goes afterwards, or the change is taken back. */
  overlaps: z.boolean().default(true),
  /** Which profile is to bring the certificate; without an overlap it is the one that the Mac has. */
  direction: directionSchema,
  /** When the write was decided: commands and certificates from before (less a tolerance) are not of this attempt. */
  intentAt: instant,
  /** When Jamf was seen to have it; `null` while that is open. */
  triggeredAt: instant.nullable(),
  /** InstallProfile commands of the same profile that were there before. */
  earlierCommands: z.array(text),
  command: commandSchema.nullable(),
  /** Since when the command is no longer found in Jamf. */
  missingSince: instant.nullable(),
  /** From when the wait for delivery counts: the command, or the Mac's return after a long absence. */
  deliveryFrom: instant.nullable(),
  /** When blank pushes were decided, since `deliveryFrom`. */
  blankPushes: z.array(instant),
  endedAt: instant.nullable(),
  /** When the Mac was seen to be back where it was before, so that another attempt can begin. */
  withdrawnAt: instant.nullable(),
  outcome: z.enum(['verified', 'error', 'unproven', 'no-command', 'cancelled']).nullable(),
  /** Unproven because the Mac reported no inventory after it took the profile: nobody knows whether it worked. */
  unreported: z.boolean().default(false),
  error: text,
});

/**
 * The Mac may be in the exclusion group because of us: written down before it is put there, and kept until Jamf was seen to have it out
 * of it. The id of the group is kept, because the configuration may forget it.
 */
const leaseSchema = z.object({
  groupId: text,
  at: instant,
  /** When it is taken back, whatever has come of it. */
  dueAt: instant,
  /** Since when it is being taken back. */
  returningSince: instant.nullable(),
});

const transitionSchema = z.object({
  at: instant,
  from: z.enum(STATES).nullable(),
  to: z.enum(STATES),
  /** One sentence for a person. */
  why: text,
  /** What was seen: serial numbers, instants, command ids. Never a secret. */
  evidence: z.record(text, z.union([text, z.number(), z.boolean(), z.null()])),
});

/** One redistribution of one watched profile to one Mac. Everything that is known of it is here, nothing is in the job. */
export const redistributionSchema = z.object({
  id: text,
  instance: text,
  /** Name of the watched profile in our configuration. */
  profile: text,
  computerId: text,
  /** Of the enrolment for which it was opened: another one cancels it. */
  managementId: text,
  enrolledAt: instant.nullable(),
  version: z.int(),
  openedAt: instant,
  /** Set once nothing is left to do, cleaning up included. Until then it is the only open one of its Mac and profile. */
  closedAt: instant.nullable(),
  state: z.enum(STATES),
  since: instant,
  cause: causeSchema,
  /** When the certificate became due, from which the grace of Jamf's own setting counts. */
  dueAt: instant.nullable(),
  /** When the grace of Jamf's own setting was over without a new certificate, if that was waited for. */
  nativeFailedAt: instant.nullable().default(null),
  direction: directionSchema.nullable(),
  /** The best certificate before the trigger; `''` and `null` when the Mac had none. */
  baseline: z.object({ serialNumber: text, expiresAt: instant.nullable(), at: instant }),
  /** Set exactly when the state is `blocked`. */
  blocked: z.object({ reason: z.enum(BLOCK_REASONS), text }).nullable(),
  intent: intentSchema.nullable(),
  lease: leaseSchema.nullable().default(null),
  attempts: z.array(attemptSchema),
  retryAt: instant.nullable(),
  /** The command of somebody else that stands in the way, and how many blank pushes the Mac was sent for it. */
  woken: z.object({ command: text, pushes: z.int() }).nullable().default(null),
  /** When fresh inventory was last asked for. */
  askedAt: instant.nullable(),
  /** `jamf`: renewed by Jamf's own setting, `other`: by somebody else; nothing was pushed for it. */
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
   * What is left to do after the end. `finish`: drop the old profile once the settle time is over. `return`: back to the membership
   * from before. The outcome is `left` when it was given up: the Mac keeps both profiles, which is harmless.
   */
  settlement: z
    .object({
      kind: z.enum(['finish', 'return']),
      dueAt: instant,
      doneAt: instant.nullable(),
      outcome: z.enum(['done', 'left']).nullable(),
    })
    .nullable(),
  cancelRequest: z.object({ by: text, reason: text, at: instant }).nullable(),
  /** Calls that failed since the last that worked. */
  trouble: z.object({ since: instant, at: instant, count: z.int(), text }).nullable(),
  /** What is going to be done, in one sentence: the plan in mode observe. */
  plan: text,
  history: z.array(transitionSchema),
  /** When its job looks again, if nothing wakes it before. */
  wakeAt: instant,
});

export type Redistribution = z.output<typeof redistributionSchema>;
export type State = Redistribution['state'];
export type BlockReason = (typeof BLOCK_REASONS)[number];
export type Direction = z.output<typeof directionSchema>;
export type Cause = Redistribution['cause'];
export type GroupChange = z.output<typeof groupChangeSchema>;
export type GroupRole = GroupChange['group'];
/** In which of the two groups of an overlap a Mac is. */
export type Membership = Record<'joinGreen' | 'leaveBlue', boolean>;
export type Lease = z.output<typeof leaseSchema>;
export type Intent = z.output<typeof intentSchema>;
export type Attempt = z.output<typeof attemptSchema>;
export type CommandSeen = z.output<typeof commandSchema>;
export type Transition = z.output<typeof transitionSchema>;
export type Proof = NonNullable<Redistribution['proof']>;

/** The attempt under way or the last one. */
export function lastAttempt(record: Pick<Redistribution, 'attempts'>): Attempt | null {
  return record.attempts.at(-1) ?? null;
}

const FLYING: ReadonlySet<State> = new Set(['excluded', 'including', 'triggered', 'pushed', 'verifying']);

/** Whether a certificate may have been asked of the CA that is not accounted for yet: what the in-flight cap counts. */
export function isInFlight(record: Redistribution): boolean {
  return FLYING.has(record.state) || record.intent?.purpose === 'trigger';
}

/** In flight by `cycle`, which has a cap of its own. */
export function isCycling(record: Redistribution): boolean {
  return isInFlight(record) && lastAttempt(record)?.mechanism === 'cycle';
}

/**
 * When the CA was asked for each attempt, by its number: what the hourly cap counts, for an hour from then. `Infinity` while the command
 * is out: the Mac may take it at any moment, so its token is kept until it has. One that is given up as offline holds none, so that
 * Macs that never come back do not use the cap up; when it is seen again, its command counts again, room or not.
 */
export function askedOfCa(record: Redistribution): ReadonlyMap<number, number> {
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

/** A token of the hourly cap: the number of its attempt, when it counted from before and counts from now (see `askedOfCa`). */
export interface TokenChange {
  number: number;
  before: number | undefined;
  after: number;
}

/** Tokens of the hourly cap that a change of a record moves. An attempt that was never made keeps its token. */
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

/** Whether it is held back by what holds all of its profile, and so keeps its place among those that wait for room. */
export function waitsForRoom({ blocked }: Redistribution): boolean {
  return FOR_ROOM.has(blocked?.reason);
}

/** Proven, and both profiles stay for the settle time. */
export function isSettling(record: Redistribution): boolean {
  return record.state === 'verified' && record.closedAt === null;
}
