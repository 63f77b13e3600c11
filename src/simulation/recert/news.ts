import { roll, STREAM } from '../random.js';
import { MINUTE_MS } from '../scenario.js';
import type { World } from '../world.js';

/**
 * Time from a webhook or a request to the response of Jamf Pro, milliseconds. It includes two seconds in which
 * requests are collected for one call.
 */
const READ_MS = 3_000;
const SWEEP_MS = 15 * MINUTE_MS;

/** Determines when Recert learns of changes in the fleet. */
export interface News {
  /** Whether Jamf Pro is reachable now. */
  isUp(): boolean;
  /** When Jamf Pro responds to a request that is sent now. */
  answeredAt(): number;
  /**
   * Returns when Recert receives the next check-in. A check-in whose webhook is lost does not count; the following
   * one does.
   */
  checkInHeardAt(mac: number): number;
  /** Returns when Recert reads the next inventory report: after its webhook, or in a sweep. */
  reportHeardAt(mac: number): number;
}

/** Simulates how late Recert learns of changes, including outages of Jamf Pro and lost webhooks. */
export function createNews(world: World): News {
  const { scenario, presence, macs } = world;
  const isLost = (mac: number, minute: number) =>
    roll(scenario.seed, mac, STREAM.lostWebhook, minute) < scenario.lostWebhooks;
  return {
    isUp: () => presence.jamfUpAt(world.now()) === world.now(),
    answeredAt: () => presence.jamfUpAt(world.now()) + READ_MS,
    checkInHeardAt(mac) {
      const first = presence.checkInAt(mac, world.now());
      const lost = isLost(mac, Math.floor(first / MINUTE_MS));
      return (lost ? presence.checkInAt(mac, first + 1) : first) + READ_MS;
    },
    reportHeardAt(mac) {
      const at = macs.nextReport(mac);
      const lost = isLost(mac, Math.floor(at / MINUTE_MS) + 1);
      const heardAt = Math.max(at + READ_MS + (lost ? SWEEP_MS : 0), world.now() + 1);
      const upAt = presence.jamfUpAt(heardAt);
      return upAt === heardAt ? heardAt : upAt + READ_MS;
    },
  };
}
