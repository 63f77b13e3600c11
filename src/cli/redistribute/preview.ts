import type { z } from 'zod';
import type { redistributeAnswer } from '../../contract/resources/redistribution.js';
import { formatDuration } from '../../config/values/duration.js';
import type { Context } from '../context.js';
import { exactly, macs, table } from '../output/print.js';

type Answer = z.output<typeof redistributeAnswer>;

/** Maximum number of Macs that the preview lists. With `--json`, the preview lists up to 1,000. */
const SHOWN = 20;

/**
 * Formats a preview: the Macs, the number of certificates and API calls, the estimated duration, and the refused
 * Macs with their reason.
 */
export function previewText(answer: Answer, context: Context): string {
  const { accepted, refused, results, load } = answer;
  const { colors, now } = context;
  if (accepted + refused === 0) return 'No Mac matches.';
  const acceptedMacs = results.filter(({ outcome }) => outcome !== 'refused');
  const shown = acceptedMacs.slice(0, SHOWN);
  const list = table(
    ['MAC', 'NAME', 'PROFILE', 'DETAIL'],
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
    ...(accepted > shown.length ? [colors.dim(`and ${accepted - shown.length} more Macs`)] : []),
    '',
    colors.bold(`${macs(accepted)} would be redistributed, ${refused} refused.`),
    ...answer.refusals.map(
      ({ reason, count, sentence }) =>
        `  ${colors.red(`${count} refused`)} (${reason}), for example: ${sentence}`,
    ),
    ...(load === null ? planOnly(accepted) : loadText(load, now())),
  ].join('\n');
}

function loadText(load: NonNullable<Answer['load']>, now: number): string[] {
  const { issuances, calls, durationMs, hourlyCap, inFlight } = load;
  const rate = hourlyCap === null ? 'ignoring the rate limit' : `at most ${hourlyCap} per hour`;
  return [
    `  ${issuances.toLocaleString('en')} certificates from the CA, ${rate}, ${inFlight} in progress at once`,
    `  at most ${calls.toLocaleString('en')} Jamf Pro API calls`,
    `  estimated completion in ${formatDuration(durationMs)} (${exactly(now + durationMs)}) if all Macs are online`,
  ];
}

function planOnly(accepted: number): string[] {
  return accepted > 0
    ? ['  Observe mode: the redistributions are only planned; nothing is changed in Jamf Pro.']
    : [];
}
