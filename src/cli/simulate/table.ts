import { formatDuration } from '../../config/values/duration.js';
import type { Context } from '../context.js';
import { table } from '../output/print.js';
import type { Year } from './trials.js';

/** Formats the results of a simulation as a table, one row per policy. */
export function yearsTable(years: readonly Year[], { colors }: Pick<Context, 'colors'>): string {
  return table(
    [
      'POLICY',
      'AVOIDABLE',
      'EXPIRED',
      'MAC-DAYS EXPIRED',
      'ISSUED/RENEWAL',
      'CALLS/RENEWAL',
      'CA, LARGEST HOUR',
      'TRIGGERS/RATE LIMIT',
      'NEEDS ATTENTION',
    ],
    years.map((year) => [
      year.policy,
      year.avoidable === 0 ? colors.green('0') : colors.red(String(year.avoidable)),
      String(year.expiries),
      year.macDaysWithout.toFixed(0),
      year.issuedPerRenewal.toFixed(3),
      year.callsPerRenewal.toFixed(1),
      String(year.largestHour),
      year.rails === undefined ? '–' : `${year.rails.triggersInAnHour}/${year.rails.hourlyCap}`,
      String(year.asked),
    ]),
    colors,
  );
}

/** Formats the settings of a Recert policy. Returns an empty text for the reference policies. */
export function settingsOf({ rails }: Year): string {
  if (rails === undefined) return '';
  return `renewal window ${formatDuration(rails.windowMs)}, hourlyCap ${rails.hourlyCap}, inFlight ${rails.inFlightCap} (peak: ${rails.inFlight})`;
}
