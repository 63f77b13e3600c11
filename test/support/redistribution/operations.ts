import type { RedistributionPolicy } from '../../../src/domain/watched.js';
import { certificateOf, cycleOf, DAY, IDS, MINUTE, START } from './fixtures.js';
import type { ProcessFaults } from './killable.js';

/** What may happen to the Mac, or in Jamf Pro, on a normal day. */
export const DEVICE_EVENTS = [
  'deliver',
  'report',
  'assess',
  'assess twice',
  'assess late',
  'offline',
  'online',
  'fail',
  'native',
  'admin sends',
  'restore excluded',
] as const;
/** Actions of an operator in Recert, or of an admin in Jamf Pro. */
export const OPERATOR_ACTIONS = [
  'pause',
  'resume',
  'observe',
  'act',
  'cancel',
  'request',
  'leave scope',
  'join scope',
  'exchange groups',
  'correct groups',
] as const;
/** Failures, and changes in Jamf Pro that break a redistribution. */
export const FAILURES = [
  'reenroll',
  'lose records',
  'old snapshot',
  'slow call',
  'jamf down',
  'open breaker',
  'new profile removed',
  'scope narrowed',
  'profile deleted',
  'scope coupled',
] as const;

/** The change of a profile in Jamf Pro for each of these operations. */
export const PROFILE_CHANGES = {
  'scope narrowed': 'unscoped',
  'profile deleted': 'deleted',
  'scope coupled': 'coupled',
} as const;

/** Events that can occur while a worker is frozen. */
export const MEANWHILE = ['nothing', 'pause', 'observe', 'open breaker', 'cancel'] as const;
export type Meanwhile = (typeof MEANWHILE)[number];

/** Operations that stop writes: all writes, or those that an open circuit breaker stops. */
export const STOPS = ['pause', 'observe', 'open breaker'] as const;
export const isStop = (op: string) => STOPS.some((stop) => stop === op);

/** The job of a frozen worker: its lock is still held, is lost, or another worker has taken the job and run it. */
export const JOB_STATES = ['kept', 'lost', 'taken'] as const;

/**
 * Milliseconds. `kept` is shorter than the lock of a job. The others are longer than the lock, and than the time in which a call may still
 * take effect.
 */
export const FROZEN_FOR = { kept: 10_000, lost: 5 * MINUTE, taken: 5 * MINUTE };

/**
 * An event of a history. `turn`: a normal step, in which the job runs, waits for its next run, and the Mac responds. `assess late`:
 * inventory that was read before the last step is stored only now. `old snapshot`: Redis is restored to its state before the last step.
 * `slow call`: the next exclusion hangs, someone pauses Recert because of it, and the exclusion takes effect minutes later. `run frozen`: a
 * worker is frozen at one of its calls, and continues later.
 */
export type Operation =
  | { op: 'turn'; fate: ProcessFaults; report: boolean }
  | { op: 'run'; fate: ProcessFaults }
  | { op: 'run twice'; first: ProcessFaults; second: ProcessFaults; behind: number }
  | { op: 'run frozen'; at: number; meanwhile: Meanwhile; job: (typeof JOB_STATES)[number] }
  | { op: 'pass' | 'skew'; ms: number }
  | { op: (typeof DEVICE_EVENTS)[number] | (typeof OPERATOR_ACTIONS)[number] | (typeof FAILURES)[number] };

const expiring = { serialNumber: 'OLD', issuedAt: START - 355 * DAY, expiresAt: START + 10 * DAY };
const expiringFirst = { serialNumber: 'OLDER', issuedAt: START - 360 * DAY, expiresAt: START + 5 * DAY };

/** Group memberships and certificates of a Mac whose certificate expires soon. */
export const INITIAL_STATES = {
  blue: {},
  green: { groupIds: [IDS.joinGreen, IDS.leaveBlue], certificates: [certificateOf('green', expiring)] },
  'an old overlap': {
    groupIds: [IDS.joinGreen],
    certificates: [certificateOf('blue', expiringFirst), certificateOf('green', expiring)],
  },
};

/** The mechanisms of a redistribution. In these tests `cycle` is allowed at any time, not only just before expiry. */
const early = cycleOf({ left: 40 * DAY, seen: DAY });
export const MECHANISMS: Readonly<Record<string, Partial<RedistributionPolicy>>> = {
  overlap: {},
  'unstick, overlap and cycle': { mechanisms: ['unstick', 'overlap', 'cycle'], cycle: early },
  'cycle first': { mechanisms: ['cycle', 'unstick', 'overlap'], cycle: early },
};
