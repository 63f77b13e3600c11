import type { Presence } from './presence.js';
import { roll, STREAM } from './random.js';
import { DAY_MS, type Scenario } from './scenario.js';

/** The certificate of each simulated Mac, and the certificate in its last inventory report, which Jamf Pro shows. */
export interface Macs {
  readonly serial: Int32Array;
  readonly issuedAt: Float64Array;
  readonly expiresAt: Float64Array;
  /** 0: the certificate is from the blue profile, 1: from the green profile. */
  readonly side: Uint8Array;
  readonly reported: {
    readonly at: Float64Array;
    readonly serial: Int32Array;
    readonly issuedAt: Float64Array;
    readonly expiresAt: Float64Array;
    readonly side: Uint8Array;
  };
  /** Applies all inventory reports of a Mac up to and including the given time. */
  advance(mac: number, to: number): void;
  /** Returns the time of the first report that `advance` has not applied yet. */
  nextReport(mac: number): number;
  /** Installs a new certificate. Inventory shows it only after the next report. */
  install(mac: number, at: number, side: 0 | 1): void;
  /** Removes a profile (0: blue, 1: green) with its certificate. The Mac then uses its previous certificate again. */
  remove(mac: number, at: number, side: 0 | 1): void;
}

/**
 * Returns the expiry (epoch milliseconds) of the first certificate of a Mac, which expires at a random time of the
 * given day of the scenario.
 */
function firstExpiry({ seed, startAt }: Scenario, mac: number, day: number): number {
  return Math.round(startAt + (day + roll(seed, mac, STREAM.rolledOut, 0)) * DAY_MS);
}

/** Creates the fleet of a scenario. All certificates are from the blue profile. */
export function createMacs(scenario: Scenario, presence: Presence): Macs {
  const { computers, seed, startAt, lifetimeMs, inventoryEveryMs } = scenario;
  const numbers = () => new Float64Array(computers);
  const serial = new Int32Array(computers);
  const side = new Uint8Array(computers);
  const issuedAt = numbers();
  const expiresAt = numbers();
  const before = { serial: new Int32Array(computers), issuedAt: numbers(), expiresAt: numbers() };
  const reported = {
    at: numbers(),
    serial: new Int32Array(computers),
    issuedAt: numbers(),
    expiresAt: numbers(),
    side: new Uint8Array(computers),
  };
  const next = numbers();
  let issued = 0;

  const report = (mac: number, at: number) => {
    reported.at[mac] = at;
    reported.serial[mac] = serial[mac] ?? 0;
    reported.issuedAt[mac] = issuedAt[mac] ?? 0;
    reported.expiresAt[mac] = expiresAt[mac] ?? 0;
    reported.side[mac] = side[mac] ?? 0;
    next[mac] = presence.checkInAt(mac, at + inventoryEveryMs);
  };
  const advance = (mac: number, to: number) => {
    while ((next[mac] ?? Infinity) <= to) report(mac, next[mac] ?? to);
  };

  let mac = 0;
  scenario.expiring.forEach((count, day) => {
    for (let nth = 0; nth < count && mac < computers; nth += 1) {
      issued += 1;
      serial[mac] = issued;
      expiresAt[mac] = firstExpiry(scenario, mac, day);
      issuedAt[mac] = (expiresAt[mac] ?? 0) - lifetimeMs;
      report(mac, Math.round(startAt - roll(seed, mac, STREAM.reported, 0) * inventoryEveryMs));
      mac += 1;
    }
  });
  if (mac < computers) throw new RangeError(`the scenario has expiries for ${mac} of ${computers} Macs`);

  return {
    serial,
    issuedAt,
    expiresAt,
    side,
    reported,
    advance,
    nextReport: (one) => next[one] ?? Infinity,
    install(one, at, which) {
      advance(one, at);
      before.serial[one] = serial[one] ?? 0;
      before.issuedAt[one] = issuedAt[one] ?? 0;
      before.expiresAt[one] = expiresAt[one] ?? 0;
      issued += 1;
      serial[one] = issued;
      issuedAt[one] = at;
      expiresAt[one] = at + lifetimeMs;
      side[one] = which;
    },
    remove(one, at, which) {
      if (side[one] !== which) return;
      advance(one, at);
      serial[one] = before.serial[one] ?? 0;
      issuedAt[one] = before.issuedAt[one] ?? 0;
      expiresAt[one] = before.expiresAt[one] ?? 0;
      side[one] = which === 0 ? 1 : 0;
    },
  };
}
