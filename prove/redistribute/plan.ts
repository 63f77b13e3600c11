import { join } from 'node:path';
import { INSTANCE, PROFILE, type FleetPlan } from '../environment.js';
import type { FaultRunOptions } from './options.js';

/** IDs in the simulator: the two profiles of the overlap, and the group that the mechanism `cycle` uses for exclusion. */
export const HALVES: readonly number[] = [12, 13];
export const EXCLUDED = 33;
/** Concurrency limit of the mechanism `cycle`. */
export const CYCLING_MOST = 10;

const OVERLAP = { blue: 12, green: 13, joinGreen: 31, leaveBlue: 32, settle: '3s' };
/** A wrong configuration: the roles of the two groups are exchanged. */
export const EXCHANGED: typeof OVERLAP = {
  ...OVERLAP,
  joinGreen: OVERLAP.leaveBlue,
  leaveBlue: OVERLAP.joinGreen,
};

/**
 * The test environment of a fault run: two nodes, short-lived tokens, half of the fleet on each profile, and waits
 * of seconds instead of hours. Macs whose certificate expires within three days use `cycle`, all other Macs use
 * `overlap`. After a failed command, `unstick` is used first.
 */
export function faultsPlan(
  options: FaultRunOptions,
  tokenSha256: string,
  overlap: typeof OVERLAP = OVERLAP,
): FleetPlan {
  const { seed, computers, due, expired, checkIn, inventory, canary, inFlight, poll } = options;
  return {
    simulator: {
      seed,
      fleet: { computers, due, expired, green: 0.5, away: 0, officeHours: 0, laptops: 0 },
      profiles: { excludable: true },
      rhythm: {
        checkIn,
        inventory,
        pushLatency: '300ms',
        installTime: '300ms',
        notNow: 0.05,
        notNowRetry: '1s',
        inventoryAfterInstall: { share: 0.8, within: '1s' },
      },
      http: {
        nodes: 2,
        nodeLag: '100ms',
        clients: [{ id: 'recert', secret: 'recert-secret', tokenLifetime: '15s' }],
      },
    },
    settings: ({ redisUrl, jamfUrl, folder }) => ({
      redis: { url: redisUrl },
      http: { port: 0 },
      spool: { folder: join(folder, 'spool') },
      worker: { port: 0, lock: '4s' },
      log: { level: 'info', format: 'json' },
      tokens: [{ name: 'on-call', role: 'operator', sha256: tokenSha256 }],
      instances: {
        [INSTANCE]: {
          url: jamfUrl,
          auth: { clientId: 'recert', clientSecret: 'recert-secret' },
          timeout: '1500ms',
          maxConnections: 5,
          webhooks: {
            authentication: { type: 'none', acceptUnauthenticated: true },
            gather: '200ms',
            addedDelay: '1s',
          },
          sweep: { changed: '3s', full: '24h', open: '1s' },
          profiles: {
            [PROFILE]: {
              mode: 'act',
              jitter: '0s',
              overlap,
              mechanisms: ['unstick', 'cycle', 'overlap'],
              cycle: {
                exclude: EXCLUDED,
                left: '3d',
                lease: '10s',
                alarm: '10s',
                inFlight: CYCLING_MOST,
                daily: 1,
              },
              waits: {
                online: '60s',
                command: '8s',
                delivery: '10s',
                blankPush: ['2s', '5s'],
                inventory: '60s',
                poll,
                retry: '1s',
                retryMost: '4s',
                hold: '2s',
              },
              hourlyCap: 10_000,
              inFlight,
              canary,
            },
          },
        },
      },
    }),
  };
}
