import { type FleetGauge, perProfile } from './gauge.js';

const DAY_MS = 86_400_000;

/** Upper ends of the ranges, in days. */
const ENDS = [7, 14, 30, 60, 90, 180, 365] as const;
const LAST = `${ENDS.at(-1)}+`;
const RANGES = ['expired', ...ENDS.map((end, index) => `${ENDS[index - 1] ?? 0}-${end}`), LAST];

function rangeOf(leftMs: number): string {
  if (leftMs <= 0) return 'expired';
  const index = ENDS.findIndex((end) => leftMs <= end * DAY_MS);
  return (index === -1 ? undefined : RANGES[1 + index]) ?? LAST;
}

/** Gauges of what the certificates and the inventory of the whole fleet show. They are at most ten minutes old. */
export function expiryGauges(): readonly FleetGauge[] {
  return [
    perProfile(
      'recert_certificates',
      'Number of Macs in scope with a known certificate, by days until it expires.',
      ({ fleet }, { at }) => {
        if (fleet === null) return null;
        const counts = new Map(RANGES.map((range) => [range, 0]));
        for (const { expiresAt } of fleet.dates) {
          const range = rangeOf(expiresAt - at);
          counts.set(range, (counts.get(range) ?? 0) + 1);
        }
        return [...counts].map(([range, count]) => [{ days_left: range }, count]);
      },
      ['days_left'],
    ),
    perProfile(
      'recert_inventory_age_seconds',
      'Mean age of the inventory of the Macs that are online, in seconds.',
      ({ fleet }) => (fleet?.inventoryAgeMs === null || !fleet ? null : fleet.inventoryAgeMs / 1_000),
    ),
  ];
}
