import { roll, STREAM } from './random.js';
import { DAY_MS, HOUR_MS } from './scenario.js';
import type { Policy, World } from './world.js';

const LOOK = 1;

/**
 * The policy of using only the Redistribute Profile setting of Jamf Pro: Jamf Pro sends InstallProfile once for each
 * certificate that has `daysLeft` days left in inventory, and never checks the result. The model favors this policy:
 * in the model, inventory shows a certificate for every Mac, whereas a real Jamf Pro server sends nothing to a Mac
 * whose certificate is missing from inventory.
 */
export function jamfAlone(world: World, daysLeft = 30): Policy {
  const { macs, presence, scenario } = world;
  const sentFor = new Int32Array(scenario.computers);
  const plan = (mac: number) => {
    const due = (macs.reported.expiresAt[mac] ?? 0) - daysLeft * DAY_MS;
    world.schedule(nextDaily(world, due, mac), LOOK, mac, 0);
  };
  return {
    name: "Jamf's setting alone",
    begin() {
      for (let mac = 0; mac < scenario.computers; mac += 1) plan(mac);
    },
    happens(_kind, mac) {
      const now = world.now();
      if (presence.jamfUpAt(now) !== now) {
        world.schedule(now + DAY_MS, LOOK, mac, 0);
        return;
      }
      macs.advance(mac, now);
      const serial = macs.reported.serial[mac] ?? 0;
      const left = (macs.reported.expiresAt[mac] ?? 0) - now;
      if (serial === sentFor[mac] || left > daysLeft * DAY_MS) {
        // Jamf Pro has already redistributed the profile for this certificate, so it does nothing until inventory
        // reports another certificate.
        const next = serial === sentFor[mac] ? macs.nextReport(mac) : now + left - daysLeft * DAY_MS;
        if (next !== Infinity) world.schedule(nextDaily(world, next, mac), LOOK, mac, 0);
        return;
      }
      sentFor[mac] = serial;
      world.send(mac, 0);
      world.schedule(now + 14 * DAY_MS, LOOK, mac, 0);
    },
    taken: () => undefined,
  };
}

/** Returns the time of the next daily check by Jamf Pro. Each Mac is checked at a fixed time of day. */
function nextDaily(world: World, from: number, mac: number): number {
  const hour = roll(world.scenario.seed, mac, STREAM.command, 0) * DAY_MS;
  const first = Math.max(from, world.now());
  return Math.ceil((first - hour) / DAY_MS) * DAY_MS + hour;
}

/**
 * The policy of sending the profile every hour to each online Mac whose certificate has at most `daysLeft` days
 * left in inventory, until inventory shows another certificate. The model favors this policy: a Mac never has two
 * commands at once, and always has the old certificate until it has the new one.
 */
export function pushEveryHour(world: World, daysLeft = 30): Policy {
  const { macs, presence, measures, scenario } = world;
  /** Until this time, the hourly read of the fleet (one page per hundred Macs) has already been counted. */
  let readUntil = 0;
  return {
    name: 'a push every hour',
    begin() {
      for (let mac = 0; mac < scenario.computers; mac += 1)
        world.schedule((macs.reported.expiresAt[mac] ?? 0) - daysLeft * DAY_MS, LOOK, mac, 0);
    },
    happens(_kind, mac) {
      const now = world.now();
      if (now >= readUntil) {
        measures.calls(Math.ceil(scenario.computers / 100));
        readUntil = now + HOUR_MS;
      }
      const online = presence.onlineAt(mac, now);
      if (online > now || presence.jamfUpAt(now) > now) {
        const again = now + Math.max(1, Math.ceil((online - now) / HOUR_MS)) * HOUR_MS;
        if (again !== Infinity) world.schedule(again, LOOK, mac, 0);
        return;
      }
      macs.advance(mac, now);
      const due = (macs.reported.expiresAt[mac] ?? 0) - daysLeft * DAY_MS;
      if (due <= now && !world.isPending(mac)) {
        measures.calls(2);
        world.send(mac, 0);
      }
      world.schedule(Math.max(due, now + HOUR_MS), LOOK, mac, 0);
    },
    taken: () => undefined,
  };
}

/**
 * The policy of redistributing the profile to the whole scope twice a year, first when the earliest certificate
 * has 30 days left. Jamf Pro needs two hours to send all commands.
 */
export function redeployByCalendar(world: World, everyMs = 180 * DAY_MS): Policy {
  const { macs, presence, measures, scenario } = world;
  const overMs = 2 * HOUR_MS;
  const SCOPE = 2;
  return {
    name: 'whole scope twice a year',
    begin() {
      const first = macs.expiresAt.reduce((least, at) => Math.min(least, at), Infinity) - 30 * DAY_MS;
      world.schedule(Math.ceil(first / DAY_MS) * DAY_MS + 10 * HOUR_MS, SCOPE, 0, 0);
    },
    happens(kind, mac) {
      const now = world.now();
      if (kind === LOOK) {
        world.send(mac, 0);
        return;
      }
      const up = presence.jamfUpAt(now);
      if (up > now) {
        world.schedule(up, SCOPE, 0, 0);
        return;
      }
      measures.calls(1);
      for (let one = 0; one < scenario.computers; one += 1)
        world.schedule(now + roll(scenario.seed, one, STREAM.command, now % 997) * overMs, LOOK, one, 0);
      world.schedule(now + everyMs, SCOPE, 0, 0);
    },
    taken: () => undefined,
  };
}
