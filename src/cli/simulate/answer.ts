import { DAY_MS, type Scenario } from '../../simulation/scenario.js';
import { settingsOf } from './table.js';
import type { Year } from './trials.js';

/** What the year says of each policy of Recert, a sentence each, and what would do when one does not. */
export function answerOf(years: readonly Year[], scenario: Scenario): readonly string[] {
  const ours = years.filter(({ rails }) => rails !== undefined);
  const sentences = ours.map((year) => `${year.policy} (${settingsOf(year)}): ${said(year, scenario)}`);
  const short = ours.filter(({ avoidable }) => avoidable > 0);
  const good = ours.find(({ avoidable }) => avoidable === 0);
  if (short.length === 0 || short.length === ours.length)
    return short.length === 0
      ? sentences
      : [
          ...sentences,
          'None of these settings does for this fleet: see `recert forecast` for the days on which it is short.',
        ];
  return [
    ...sentences,
    `${short.map(({ policy }) => `"${policy}"`).join(' and ')} will not do for this fleet; "${good?.policy ?? ''}" will.`,
  ];
}

function said(
  { avoidable, expiries, largestHour, asked, rails }: Year,
  { avoidable: { windowMs } }: Scenario,
): string {
  const span = `${windowMs / DAY_MS} days`;
  const expire =
    avoidable > 0
      ? `${count(avoidable, 'Mac expires', 'Macs expire')} although online in the last ${span} before, ${expiries} in all`
      : expiries === 0
        ? 'no certificate expires'
        : `no Mac expires that was online in the last ${span} before; ${count(expiries, 'expires that was', 'expire that were')} away`;
  const breaker =
    rails === undefined || rails.breakerOpened === 0
      ? ''
      : `; the breaker opens ${rails.breakerOpened === 1 ? 'once' : `${rails.breakerOpened} times`}, and somebody must resume at once`;
  const person = asked === 0 ? '' : `; a person is asked ${asked === 1 ? 'once' : `${asked} times`}`;
  return `${expire}; the CA gets at most ${count(largestHour, 'request', 'requests')} in an hour${breaker}${person}.`;
}

function count(number: number, one: string, many: string): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
}
