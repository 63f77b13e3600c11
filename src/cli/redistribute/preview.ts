import type { z } from 'zod';
import type { redistributeAnswer } from '../../contract/resources/redistribution.js';
import { formatDuration } from '../../config/values/duration.js';
import type { Context } from '../context.js';
import { exactly, macs, table } from '../output/print.js';

type Answer = z.output<typeof redistributeAnswer>;

/** Macs of a preview that are listed; `--json` has up to a thousand. */
const SHOWN = 20;

/** What would become of many Macs: which, what it costs, how long it takes, and who is refused and why. */
export function previewText(answer: Answer, context: Context): string {
  const { accepted, refused, results, load } = answer;
  const { colors, now } = context;
  if (accepted + refused === 0) return 'No Mac matches.';
  const taken = results.filter(({ outcome }) => outcome !== 'refused');
  const shown = taken.slice(0, SHOWN);
  const list = table(
    ['MAC', 'NAME', 'PROFILE', 'IN WORDS'],
    shown.map(({ computer, profile, sentence }) => [
      computer.serialNumber ?? computer.id ?? '?',
      computer.name,
      profile ?? '–',
      sentence,
    ]),
    colors,
  );
  return [
    ...(shown.length > 0 ? [list] : []),
    ...(accepted > shown.length ? [colors.dim(`and ${accepted - shown.length} more`)] : []),
    '',
    colors.bold(`${macs(accepted)} would be redistributed, ${refused} refused.`),
    ...answer.refusals.map(
      ({ reason, count, sentence }) =>
        `  ${colors.red(`${count} refused`)} (${reason}); the first: ${sentence}`,
    ),
    ...(load === null ? planOnly(accepted) : costs(load, now())),
  ].join('\n');
}

function costs(load: NonNullable<Answer['load']>, now: number): string[] {
  const { issuances, calls, durationMs, hourlyCap, inFlight } = load;
  const cap = hourlyCap === null ? 'past the hourly cap' : `at most ${hourlyCap} an hour`;
  return [
    `  ${issuances.toLocaleString('en')} certificates would be asked of the CA, ${cap}, ${inFlight} in flight at a time`,
    `  up to ${calls.toLocaleString('en')} calls to Jamf Pro`,
    `  the last is proven in about ${formatDuration(durationMs)}, at ${exactly(now + durationMs)}, if all are in contact`,
  ];
}

function planOnly(accepted: number): string[] {
  return accepted > 0 ? ['  The mode is observe: they are planned, nothing is written to Jamf.'] : [];
}
