import type { Finding } from '../../doctor/finding.js';
import type { Context } from '../context.js';

/** Formats one finding of `recert doctor` or of another check as a line of text. */
export function findingLine(
  { level, instance, check, said, todo }: Finding,
  { colors }: Pick<Context, 'colors'>,
): string {
  const paint = { ok: colors.green, warn: colors.yellow, fail: colors.red }[level];
  const place = instance === null ? '' : `${instance}: `;
  return `${paint(level.padEnd(4))}  ${place}${check}: ${said}${todo === '' ? '' : `. ${todo}`}`;
}
