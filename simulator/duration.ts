import { z } from 'zod';

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/**
 * Parses a duration such as `250ms`, `90s`, `15m`, `12h` or `30d` into milliseconds.
 * @throws RangeError for any other text
 */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text.trim());
  if (!match) throw new RangeError(`"${text}" is not a duration: write 250ms, 90s, 15m, 12h or 30d`);
  return Number(match[1]) * UNITS[match[2] as keyof typeof UNITS];
}

/** Schema of a duration option: the input is a string for `parseDuration`, the output is milliseconds. */
export const duration = z.string().transform((text, context) => {
  try {
    return parseDuration(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as RangeError).message });
    return z.NEVER;
  }
});
