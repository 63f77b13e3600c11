import { createHash } from 'node:crypto';
import type { Message } from './post.js';
import { bodyOf, cut, headlineOf } from "./notice.js";
import { type Notice } from '../domain/incidents/notice.js';

/** Limits of the Events API v2 (developer.pagerduty.com, "PD-CEF"). */
const SUMMARY = 1_024;
const KEY = 255;

/**
 * An event that opens an alert, or resolves it. Both carry the same key, also over a restart and when several processes say it, so that
 * PagerDuty keeps one alert for one matter; a resolve for a key that it does not know does nothing there.
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
    ...(link === null ? {} : { client_url: link, links: [{ href: link, text: 'Open in Recert' }] }),
    payload: {
      summary: cut(headlineOf(notice), SUMMARY),
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
  return key.length <= KEY ? key : createHash('sha256').update(key).digest('hex');
}
