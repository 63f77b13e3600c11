/** Size of a fault run, frequency of its faults, and its time limit. */
export interface FaultRunOptions {
  seed: number;
  /**
   * Number of Macs. `due` of them have a certificate that expires within 25 days, and `expired` of them an expired
   * one.
   */
  computers: number;
  due: number;
  expired: number;
  /** Minimum number of redistributions. */
  leastRedistributions: number;
  /** Interval of check-ins and of inventory reports of every Mac, as durations. */
  checkIn: string;
  inventory: string;
  /**
   * Poll interval of a waiting redistribution. With a shorter interval, the polls of a thousand redistributions
   * would take all capacity of the workers.
   */
  poll: string;
  /** Canary waves. They start again after the circuit breaker opens, and each takes some seconds. */
  canary: readonly number[];
  /** Concurrency limit. It is low, so that the run lasts long enough for every fault to occur. */
  inFlight: number;
  /** Temporary faults and chaos events occur only while at least this many redistributions are in progress. */
  minInProgress: number;
  /**
   * Factor for the share of requests that each HTTP fault affects, and the number of requests after which a fault
   * ends (`null`: never).
   */
  faultFactor: number;
  maxHits: number | null;
  /** Share of enrollments that fail permanently, in addition to the temporary faults of the CA. */
  caFailing: number;
  /** Number of occurrences of each temporary fault (CA, push, lagging node), and of each chaos event. */
  temporaryFaults: number;
  chaosEvents: number;
  /** Pause between two chaos events, and average pause between two kills, milliseconds. */
  chaosEventEveryMs: number;
  killEveryMs: number;
  /** Longest time that a Mac is offline, milliseconds. */
  maxOfflineMs: number;
  kills: { workers: number; frozen: number; misconfigured: number; redis: number; jamf: number };
  /**
   * How long a worker is frozen, and how long a worker runs with a wrong configuration, milliseconds. Both must be
   * longer than the lock of a job.
   */
  frozenMs: number;
  /**
   * Number of Macs that become due at the end of the run: half of them before their new profile is deleted in Jamf
   * Pro, and half of them afterwards. 0: the profile is not deleted.
   */
  deletion: number;
  /** Downtime of a Jamf Pro restart, as a duration. */
  jamfDown: string;
  /** The run has failed after this time without any change, milliseconds. */
  stallLimitMs: number;
}

/** The full run, with at least 1,000 redistributions. */
export const FULL_FAULTS: FaultRunOptions = {
  seed: 11,
  computers: 1_150,
  due: 1_040,
  expired: 20,
  leastRedistributions: 1_000,
  checkIn: '8s',
  inventory: '16s',
  poll: '1s',
  canary: [1],
  inFlight: 100,
  minInProgress: 15,
  faultFactor: 1,
  maxHits: null,
  caFailing: 0.01,
  temporaryFaults: 2,
  chaosEvents: 12,
  chaosEventEveryMs: 400,
  killEveryMs: 5_000,
  maxOfflineMs: 15_000,
  kills: { workers: 8, frozen: 12, misconfigured: 3, redis: 3, jamf: 2 },
  frozenMs: 6_000,
  deletion: 40,
  jamfDown: '2s',
  stallLimitMs: 300_000,
};

/** A run of seconds for the tests. Each kind of fault occurs a few times. */
export const SMALL_FAULTS: FaultRunOptions = {
  ...FULL_FAULTS,
  computers: 76,
  due: 60,
  expired: 8,
  leastRedistributions: 60,
  checkIn: '2s',
  inventory: '3s',
  poll: '300ms',
  inFlight: 10,
  minInProgress: 3,
  faultFactor: 16,
  maxHits: 2,
  caFailing: 0,
  temporaryFaults: 1,
  chaosEvents: 1,
  chaosEventEveryMs: 80,
  killEveryMs: 800,
  maxOfflineMs: 3_000,
  kills: { workers: 2, frozen: 2, misconfigured: 1, redis: 1, jamf: 1 },
  // The deletion depends on how far the redistributions are when the workers are frozen, so on the speed of the machine.
  deletion: 0,
  jamfDown: '500ms',
};
