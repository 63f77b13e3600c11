import ms from 'ms';
import { z } from 'zod';

const WRITTEN = /^\d+(\.\d+)?(ms|s|m|h|d)$/;

/**
 * Parses a duration of the configuration (`250ms`, `90s`, `15m`, `12h`, `30d`) to whole milliseconds.
 *
 * @throws RangeError when the text is not a duration.
 */
export function parseDuration(text: string): number {
  if (!WRITTEN.test(text))
    throw new RangeError(`"${text}" is not a duration: write it like 30d, 12h, 15m, 90s or 250ms`);
  return Math.round(ms(text as ms.StringValue));
}

/** Formats milliseconds, rounded to the largest unit: `3d`, `4h`, `250ms`. */
export function formatDuration(durationMs: number): string {
  return ms(durationMs);
}

/** Formats milliseconds in words, rounded to the largest unit: `3 days`, `4 hours`. */
export function spellDuration(durationMs: number): string {
  return ms(durationMs, { long: true });
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/**
 * Formats milliseconds without rounding, in the largest unit that gives a whole number. `parseDuration` converts the
 * text back to the same value.
 */
export function writeDuration(durationMs: number): string {
  const [unit, length] = UNITS.find(([, ms]) => durationMs > 0 && durationMs % ms === 0) ?? ['ms', 1];
  return `${durationMs / length}${unit}`;
}

/** Schema of a field with a duration as text, such as `30d`. The parsed value is in milliseconds. */
export function duration() {
  return z
    .string()
    .regex(WRITTEN, 'write a duration like 30d, 12h, 15m, 90s or 250ms')
    .transform(parseDuration);
}
