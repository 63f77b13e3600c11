import { formatDuration } from '../config/values/duration.js';
import type { Notice } from '../domain/incidents/notice.js';

/** The first line of a message: what is the matter, or that it no longer is. */
export function headlineOf({ incident, phase }: Notice): string {
  return phase === 'opened' ? incident.title : `Recovered: ${incident.title}`;
}

/** The sentence below it. */
export function bodyOf({ incident, phase, openedAt, recoveredAt }: Notice): string {
  if (phase === 'opened') return incident.text;
  return `It is over after ${formatDuration((recoveredAt ?? openedAt) - openedAt)}.`;
}

/** At most so many UTF-16 units, as the services count; what is cut ends with `…` and never in the middle of a character. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const head = text.slice(0, most - 1);
  return `${/[\uD800-\uDBFF]$/.test(head) ? head.slice(0, -1) : head}…`;
}
