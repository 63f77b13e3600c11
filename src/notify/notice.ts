import { formatDuration } from '../config/values/duration.js';
import type { Notice } from '../domain/incidents/notice.js';

/** Returns the title of a message about an incident. */
export function headlineOf({ incident, phase }: Notice): string {
  return phase === 'opened' ? incident.title : `Resolved: ${incident.title}`;
}

/** Returns the text of a message about an incident, which is shown below the title. */
export function bodyOf({ incident, phase, openedAt, recoveredAt }: Notice): string {
  if (phase === 'opened') return incident.text;
  return `Resolved after ${formatDuration((recoveredAt ?? openedAt) - openedAt)}.`;
}

/**
 * Truncates a text to `most` UTF-16 code units, the unit in which Slack and PagerDuty define their limits. A
 * truncated text ends with `…`. A surrogate pair is never split.
 */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const head = text.slice(0, most - 1);
  return `${/[\uD800-\uDBFF]$/.test(head) ? head.slice(0, -1) : head}…`;
}
