import ms from 'ms';
import { z } from 'zod';

const WRITTEN = /^\d+(\.\d+)?(ms|s|m|h|d)$/;

/**
 * Whole milliseconds of a duration as it is written in configuration: `250ms`, `90s`, `15m`, `12h`, `30d`.
 *
 * @throws RangeError when the text is none of these.
 */
export function parseDuration(text: string): number {
  if (!WRITTEN.test(text))
    throw new RangeError(`"${text}" is not a duration: write it like 30d, 12h, 15m, 90s or 250ms`);
  return Math.round(ms(text as ms.StringValue));
}

/** A duration for people, rounded to its largest unit: `3d`, `4h`, `250ms`. */
export function formatDuration(durationMs: number): string {
  return ms(durationMs);
}

/** The same in words: `3 days`, `4 hours`. */
export function spellDuration(durationMs: number): string {
  return ms(durationMs, { long: true });
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** A duration as it would be written in configuration, in the largest unit in which it is whole: read again it is the same. */
export function writeDuration(durationMs: number): string {
  const [unit, length] = UNITS.find(([, ms]) => durationMs > 0 && durationMs % ms === 0) ?? ['ms', 1];
  return `${durationMs / length}${unit}`;
}

/** A configuration field that is written as a duration and read as milliseconds. */
export function duration() {
  return z
    .string()
    .regex(WRITTEN, 'write a duration like 30d, 12h, 15m, 90s or 250ms')
    .transform(parseDuration);
}
