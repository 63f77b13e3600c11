import { DAY_MS, type Scenario } from '../../simulation/scenario.js';
import { settingsOf } from './table.js';
import type { Year } from './trials.js';

/**
 * Returns one sentence for each Recert policy with its result. If some policies are not sufficient, a further
 * sentence names one that is.
 */
export function answerOf(years: readonly Year[], scenario: Scenario): readonly string[] {
  const ours = years.filter(({ rails }) => rails !== undefined);
  const sentences = ours.map((year) => `${year.policy} (${settingsOf(year)}): ${resultOf(year, scenario)}`);
  const short = ours.filter(({ avoidable }) => avoidable > 0);
  const good = ours.find(({ avoidable }) => avoidable === 0);
  if (short.length === 0 || short.length === ours.length)
    return short.length === 0
      ? sentences
      : [
          ...sentences,
          'None of these settings is sufficient for this fleet. Run `recert forecast` to see the days on which they fall short.',
        ];
  return [
    ...sentences,
    `${short.map(({ policy }) => `"${policy}"`).join(' and ')} ${short.length === 1 ? 'is' : 'are'} not sufficient for this fleet; "${good?.policy ?? ''}" is.`,
  ];
}

function resultOf(
  { avoidable, expiries, largestHour, asked, rails }: Year,
  { avoidable: { windowMs } }: Scenario,
): string {
  const span = `${windowMs / DAY_MS} days`;
  const expire =
    avoidable > 0
      ? `${count(avoidable, 'certificate expires', 'certificates expire')} although the Mac was online in the ${span} before the expiry; ${count(expiries, 'certificate expires', 'certificates expire')} in total`
      : expiries === 0
        ? 'no certificate expires'
        : `no certificate expires on a Mac that was online in the ${span} before the expiry; ${count(expiries, 'certificate expires', 'certificates expire')} on Macs that were offline`;
  const breaker =
    rails === undefined || rails.breakerOpened === 0
      ? ''
      : `; the circuit breaker opens ${rails.breakerOpened === 1 ? 'once' : `${rails.breakerOpened} times`}, and a user must close it promptly with Resume`;
  const attention =
    asked === 0 ? '' : `; ${count(asked, 'redistribution needs', 'redistributions need')} attention`;
  return `${expire}; the CA receives at most ${count(largestHour, 'request', 'requests')} in an hour${breaker}${attention}.`;
}

function count(number: number, one: string, many: string): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
}
