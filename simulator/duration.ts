import { z } from 'zod';

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/**
 * Reads a duration as people write it (`250ms`, `90s`, `15m`, `12h`, `30d`) into milliseconds.
 * @throws RangeError when it is written otherwise.
 */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text.trim());
  if (!match) throw new RangeError(`"${text}" is not a duration: write 250ms, 90s, 15m, 12h or 30d`);
  return Number(match[1]) * UNITS[match[2] as keyof typeof UNITS];
}

/** A duration in options: a string as `parseDuration` reads it, milliseconds once parsed. */
export const duration = z.string().transform((text, context) => {
  try {
    return parseDuration(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as RangeError).message });
    return z.NEVER;
  }
});
