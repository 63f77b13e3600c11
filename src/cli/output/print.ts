import Table from 'cli-table3';
import { formatDuration } from '../../config/values/duration.js';
import type { Colors, Context } from '../context.js';

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** A table for people: a line of headings, no rules, columns as wide as they need to be. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], colors: Colors): string {
  const built = new Table({
    head: head.map((heading) => colors.dim(heading)),
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  built.push(...rows.map((row) => [...row]));
  return built
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** Names and values, one a line. */
export function facts(pairs: readonly (readonly [string, string])[], colors: Colors): string {
  const width = Math.max(...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `${colors.dim(name.padEnd(width))}  ${value}`).join('\n');
}

/** An answer as JSON for machines: one document on standard output. */
export function printJson(context: Context, value: unknown): void {
  context.out(JSON.stringify(value, null, 2));
}

/** An instant as people say it, `in 12d` or `3h ago`; `never` for none. */
export function when(at: number | null, now: number): string {
  if (at === null) return 'never';
  const awayMs = at - now;
  if (Math.abs(awayMs) < 1_000) return 'now';
  return awayMs > 0 ? `in ${formatDuration(awayMs)}` : `${formatDuration(-awayMs)} ago`;
}

/** An instant exactly, in UTC: `2026-11-23 19:40:05Z`; `–` for none. */
export function exactly(at: number | null): string {
  return at === null
    ? '–'
    : new Date(at)
        .toISOString()
        .replace('T', ' ')
        .replace(/\.\d+Z$/u, 'Z');
}

const GOOD = new Set(['healthy', 'verified', 'done', 'acknowledged', 'accepted']);
const BAD = new Set(['overdue', 'expired', 'failed', 'needs-human', 'refused', 'unproven']);
const WAITING = new Set(['due', 'blocked', 'unknown', 'retry', 'begun', 'cancelled']);

/** A state in its colour: green is proven, red wants a person, yellow waits. */
export function state(name: string, colors: Colors): string {
  if (GOOD.has(name)) return colors.green(name);
  if (BAD.has(name)) return colors.red(name);
  return WAITING.has(name) ? colors.yellow(name) : name;
}

/** `1 Mac`, `12 Macs`. */
export function macs(count: number): string {
  return count === 1 ? '1 Mac' : `${count} Macs`;
}
