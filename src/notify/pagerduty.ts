import { createHash } from 'node:crypto';
import type { Message } from './post.js';
import { bodyOf, cut, headlineOf } from './notice.js';
import { type Notice } from '../domain/incidents/notice.js';

/** Maximum lengths in the Events API v2 (developer.pagerduty.com, "PD-CEF"). */
const MAX_SUMMARY = 1_024;
const MAX_KEY = 255;

/**
 * Builds the event that opens or resolves a PagerDuty alert. Both events have the same deduplication key, even if
 * different processes send them, so PagerDuty keeps one alert per incident. PagerDuty ignores an event that resolves
 * an unknown key.
 */
export function pagerdutyMessage(
  notice: Notice,
  { api, routingKey, source }: { api: string; routingKey: string; source: string },
): Message {
  const { incident, phase, openedAt, link } = notice;
  const base = { routing_key: routingKey, dedup_key: keyOf(notice.dedupKey) };
  const trigger = {
    ...base,
    event_action: 'trigger',
    client: 'Recert',
    ...(link === null ? {} : { client_url: link, links: [{ href: link, text: 'View in Recert' }] }),
    payload: {
      summary: cut(headlineOf(notice), MAX_SUMMARY),
      severity: incident.severity,
      source,
      timestamp: new Date(openedAt).toISOString(),
      component: incident.instance ?? 'recert',
      class: incident.kind,
      custom_details: { what: bodyOf(notice), incident: notice.id },
    },
  };
  const event = phase === 'opened' ? trigger : { ...base, event_action: 'resolve' };
  return { url: api, headers: {}, body: JSON.stringify(event) };
}

function keyOf(key: string): string {
  return key.length <= MAX_KEY ? key : createHash('sha256').update(key).digest('hex');
}
