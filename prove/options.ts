import { INSTANCE, PROFILE, type StagePlan } from './stage.js';

/** How large a proof is, and how its service is set. Durations as in configuration. */
export interface ProofOptions {
  computers: number;
  seed: number;
  /** Macs in a page of inventory. */
  pageSize: number;
  maxConnections: number;
  /** After how long a silent worker's job is given to another. */
  lock: string;
  sweep: { changed: string; full: string; open: string };
  /** How often every Mac of the pretend fleet checks in. */
  checkIn: string;
  /** How long check-ins are counted, milliseconds. */
  watchMs: number;
  /** Macs that come due by time alone meanwhile. */
  comeDue: number;
  /** Calls beyond one a page: 1 % of the pages, or this where the pages are few. Sign-ins, profiles and what the kill costs. */
  leastExtraCalls: number;
  /** Bytes of Redis memory a Mac: what one waiting BullMQ job takes, and with few Macs what Redis and the queues take anyway. */
  mostBytes: number;
}

/** As the service comes: 100,000 Macs that check in every 15 minutes are 111 webhooks a second. */
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

/** The same in a few seconds, for the tests: the same 111 webhooks a second from fewer Macs. */
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
  mostBytes: 1_700,
};

/** The stage of such a proof: a healthy fleet, all of it online, and a service that only watches. */
export function fleetPlan(options: ProofOptions): StagePlan {
  const { computers, seed, checkIn, pageSize, maxConnections, lock, sweep } = options;
  return {
    simulator: {
      seed,
      // All Macs are online: no quiet hours flatter the figures.
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
