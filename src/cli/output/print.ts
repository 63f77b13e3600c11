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

/** Formats a table without borders. */
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

/** Formats name/value pairs, one per line, with aligned values. */
export function facts(pairs: readonly (readonly [string, string])[], colors: Colors): string {
  const width = Math.max(...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `${colors.dim(name.padEnd(width))}  ${value}`).join('\n');
}

/** Prints a value as one JSON document on standard output. */
export function printJson(context: Context, value: unknown): void {
  context.out(JSON.stringify(value, null, 2));
}

/** Formats epoch milliseconds relative to `now`, for example `in 12d` or `3h ago`; `null` becomes `never`. */
export function when(at: number | null, now: number): string {
  if (at === null) return 'never';
  const awayMs = at - now;
  if (Math.abs(awayMs) < 1_000) return 'now';
  return awayMs > 0 ? `in ${formatDuration(awayMs)}` : `${formatDuration(-awayMs)} ago`;
}

/** Formats epoch milliseconds in UTC, for example `2026-11-23 19:40:05Z`; `null` becomes `–`. */
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

/** Labels of API values for display, where label and value differ. The console uses the same labels. */
const LABELS: ReadonlyMap<string, string> = new Map([
  ['healthy', 'Healthy'],
  ['overdue', 'Overdue'],
  ['expired', 'Expired'],
  ['unknown', 'Unknown'],
  ['out-of-scope', 'Out of scope'],
  ['due', 'Due'],
  ['eligible', 'Queued'],
  ['blocked', 'Blocked'],
  ['excluded', 'Excluded'],
  ['including', 'Restoring'],
  ['triggered', 'Triggered'],
  ['pushed', 'Command sent'],
  ['verifying', 'Verifying'],
  ['verified', 'Verified'],
  ['retry', 'Retrying'],
  ['needs-human', 'Needs attention'],
  ['cancelled', 'Canceled'],
]);

/** Returns the label of an API state for display. A value without a label is returned unchanged. */
export function stateLabel(name: string): string {
  return LABELS.get(name) ?? name;
}

/** Labels of the effects of webhook events for display. The console uses the same labels. */
const ACTION_LABELS: ReadonlyMap<string, string> = new Map([
  ['hint', 'Assessment queued'],
  ['touch', 'Check-in recorded'],
  ['profile', 'Profile re-read'],
  ['hold', 'Hold started'],
  ['none', 'Ignored'],
  ['unresolved', 'Unknown Mac'],
  ['duplicate', 'Duplicate'],
]);

/** Returns the label of the effect of a webhook event for display. A value without a label is returned unchanged. */
export function actionLabel(outcome: string): string {
  return ACTION_LABELS.get(outcome) ?? outcome;
}

/** Returns the label of a state or outcome in color: green for success, red for needs attention, yellow for waiting. */
export function state(name: string, colors: Colors): string {
  const label = stateLabel(name);
  if (GOOD.has(name)) return colors.green(label);
  if (BAD.has(name)) return colors.red(label);
  return WAITING.has(name) ? colors.yellow(label) : label;
}

/** Formats a number of Macs, for example `1 Mac` or `12 Macs`. */
export function macs(count: number): string {
  return count === 1 ? '1 Mac' : `${count} Macs`;
}
