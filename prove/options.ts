import { INSTANCE, PROFILE, type FleetPlan } from './environment.js';

/** Size of the fleet proof and settings of its service. Durations are strings as in the configuration file. */
export interface ProofOptions {
  computers: number;
  seed: number;
  /** Macs per inventory page. */
  pageSize: number;
  maxConnections: number;
  /** Lock of a job: after this time without renewal, another worker takes the job over. */
  lock: string;
  sweep: { changed: string; full: string; open: string };
  /** Check-in interval of every simulated Mac. */
  checkIn: string;
  /** Duration of the check-in observation, milliseconds. */
  watchMs: number;
  /** Macs that become due by the passage of time during the observation. */
  comeDue: number;
  /**
   * Allowed requests in addition to one per page: for the token, the profiles, and the killed worker. The larger of
   * this number and 1 % of the pages applies.
   */
  leastExtraCalls: number;
  /** Limit for Redis memory per Mac, bytes. It is higher for small fleets, where the fixed cost of Redis and the queues dominates. */
  mostBytes: number;
}

/** The default settings: 100,000 Macs that check in every 15 minutes send 111 webhooks per second. */
export const FULL: ProofOptions = {
  computers: 100_000,
  seed: 7,
  pageSize: 100,
  maxConnections: 2,
  lock: '30s',
  sweep: { changed: '15m', full: '24h', open: '30s' },
  checkIn: '15m',
  watchMs: 120_000,
  comeDue: 20,
  leastExtraCalls: 0,
  mostBytes: 1_000,
};

/** A run of a few seconds for the tests: 111 webhooks per second from fewer Macs. */
export const SMALL: ProofOptions = {
  ...FULL,
  computers: 1_500,
  pageSize: 10,
  lock: '2s',
  sweep: { changed: '1h', full: '24h', open: '1s' },
  checkIn: '13500ms',
  watchMs: 6_000,
  comeDue: 5,
  leastExtraCalls: 15,
  // The limit is higher than in the full run, because fewer Macs share the memory that a fleet of any size needs.
  mostBytes: 1_900,
};

/** The test environment of the fleet proof: a healthy fleet that is always online, and a service in observe mode. */
export function fleetPlan(options: ProofOptions): FleetPlan {
  const { computers, seed, checkIn, pageSize, maxConnections, lock, sweep } = options;
  return {
    simulator: {
      seed,
      // All Macs are online, so that offline periods do not improve the figures.
      fleet: { computers, due: 0, officeHours: 0, laptops: 0, away: 0 },
      rhythm: { checkIn },
    },
    settings: ({ redisUrl, jamfUrl }) => ({
      redis: { url: redisUrl },
      http: { port: 0 },
      worker: { port: 0, lock },
      log: { level: 'info', format: 'json' },
      instances: {
        [INSTANCE]: {
          url: jamfUrl,
          auth: { clientId: 'recert', clientSecret: 'recert-secret' },
          pageSize,
          maxConnections,
          webhooks: { authentication: { type: 'none', acceptUnauthenticated: true } },
          sweep,
          profiles: {
            [PROFILE]: {
              mode: 'observe',
              jitter: '0s',
              nativeGrace: '0s',
              overlap: { blue: 12, green: 13, joinGreen: 31, leaveBlue: 32 },
            },
          },
        },
      },
    }),
  };
}
