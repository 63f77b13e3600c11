import { createHmac } from 'node:crypto';
import type { Message } from './post.js';
import { bodyOf, headlineOf } from './notice.js';
import { type Notice } from '../domain/incidents/notice.js';

/**
 * Builds the message for a generic HTTP endpoint. The header `Recert-Signature` is `v1=`, followed by the HMAC-SHA256
 * (hex) of `Recert-Timestamp` (epoch seconds), a dot and the body. The signature covers the timestamp, so the
 * endpoint can reject replayed messages. The format is described in docs/notifications.md.
 */
export function webhookMessage(
  notice: Notice,
  { url, signingSecret, now }: { url: string; signingSecret: string; now: number },
): Message {
  const { incident, phase, id, openedAt, recoveredAt, link } = notice;
  const { key, kind, severity, instance } = incident;
  const body = JSON.stringify({
    id,
    phase,
    incident: { key, kind, severity, instance, openedAt, recoveredAt },
    title: headlineOf(notice),
    text: bodyOf(notice),
    link,
  });
  const timestamp = String(Math.floor(now / 1_000));
  const signature = createHmac('sha256', signingSecret).update(`${timestamp}.${body}`).digest('hex');
  const headers = { 'Recert-Timestamp': timestamp, 'Recert-Signature': `v1=${signature}` };
  return { url, headers: { ...headers, 'Idempotency-Key': id }, body };
}
