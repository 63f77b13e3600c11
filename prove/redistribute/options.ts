/** How large a fault run is, how hard it is hit, and how long it may take. */
export interface FaultRunOptions {
  seed: number;
  /** Macs in the fleet; `due` of them have a certificate that ends within 25 days, `expired` one that has ended. */
  computers: number;
  due: number;
  expired: number;
  /** Redistributions that there must have been. */
  leastRedistributions: number;
  /** How often every Mac checks in and reports inventory, as durations. */
  checkIn: string;
  inventory: string;
  /** How often one that waits looks again: with a thousand in line, their looking must not be all that the workers do. */
  poll: string;
  /** Waves of the canary: after a breaker they begin anew, and each takes some seconds. */
  canary: readonly number[];
  /** Most redistributions under way at the same time: a fleet that is through before anything fails proves nothing. */
  inFlight: number;
  /** What fails for a while, and what befalls Macs, does so while at least so many are under way. */
  leastUnderWay: number;
  /** Factor on the share of requests to Jamf that each fault hits, and after how many hits it ends (`null`: never). */
  harder: number;
  mostHits: number | null;
  /** Share of the enrolments that fail all the time, beside the bad times of the CA. */
  caFailing: number;
  /** How often each bad time comes (CA, push, a node behind), and each mishap of a Mac. */
  badTimes: number;
  mishaps: number;
  /** Pause between two mishaps, and between two kills, milliseconds. */
  mishapEveryMs: number;
  killEveryMs: number;
  /** Longest absence of a Mac, milliseconds. */
  awayMs: number;
  kills: { workers: number; redis: number; jamf: number };
  /** How long a restart of Jamf Pro takes, as a duration. */
  jamfDown: string;
  /** After this the run has failed, milliseconds. */
  patienceMs: number;
}

/** As the issue words it: at least 1,000 redistributions. */
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
  leastUnderWay: 15,
  harder: 1,
  mostHits: null,
  caFailing: 0.01,
  badTimes: 2,
  mishaps: 12,
  mishapEveryMs: 400,
  killEveryMs: 5_000,
  awayMs: 15_000,
  kills: { workers: 8, redis: 3, jamf: 2 },
  jamfDown: '2s',
  patienceMs: 900_000,
};

/** The same in seconds, for the tests: every kind of fault, each a few times. */
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
  leastUnderWay: 3,
  harder: 16,
  mostHits: 2,
  caFailing: 0,
  badTimes: 1,
  mishaps: 1,
  mishapEveryMs: 80,
  killEveryMs: 1_500,
  awayMs: 3_000,
  kills: { workers: 2, redis: 1, jamf: 1 },
  jamfDown: '500ms',
  patienceMs: 150_000,
};
