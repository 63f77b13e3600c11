import { createHmac } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import type { Webhook } from '../webhook-model.js';

/** Result of a request. */
interface SendResult {
  outcome: 'delivered' | 'refused' | 'timed-out' | 'failed';
  status: number | null;
}

/** Sends a request without retry. Never rejects. */
export type Send = (webhook: Webhook, body: string) => Promise<SendResult>;

/** Accept header of an observed delivery of Jamf Pro in 2026. */
const ACCEPT =
  'text/plain, application/xml, text/xml, application/json, application/cbor, application/*+xml, application/*+json, */*';
const FORBIDDEN = new Set(['content-type', 'user-agent', 'accept-encoding', 'content-length', 'host']);

/** Invented name of the signature header. Jamf does not document the name and the encoding of its header. */
export const SIGNATURE_HEADER = 'X-Simulated-Signature';

/** Authentication headers of a webhook. */
function authenticationHeaders(webhook: Webhook, body: string): Record<string, string> {
  switch (webhook.authenticationType) {
    case 'NONE':
    case 'MTLS':
      return {};
    case 'BASIC': {
      const pair = Buffer.from(`${webhook.username}:${webhook.password}`).toString('base64');
      return { Authorization: `Basic ${pair}` };
    }
    case 'HEADER':
      return customHeaders(webhook);
    case 'HASH_SIGNATURE': {
      const hmac = createHmac(webhook.hashAlgorithm, webhook.password);
      return { [SIGNATURE_HEADER]: hmac.update(body).digest('hex') };
    }
  }
}

/** Headers of the webhook setting; empty if the JSON is invalid. Headers that HTTP sets itself are ignored. */
function customHeaders(webhook: Webhook): Record<string, string> {
  try {
    const map: unknown = JSON.parse(webhook.header);
    if (typeof map !== 'object' || map === null) return {};
    const entries = Object.entries(map).filter(([name]) => !FORBIDDEN.has(name.toLowerCase()));
    return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
  } catch {
    return {};
  }
}

/**
 * Creates a sender with separate keep-alive connections. A failed request is not repeated, not even on another
 * connection, because Jamf Pro delivers a webhook at most once.
 */
export function createSend(concurrency: number): { send: Send; close: () => void } {
  const settings = { keepAlive: true, maxSockets: concurrency, scheduling: 'lifo' as const };
  const agents = { 'http:': new http.Agent(settings), 'https:': new https.Agent(settings) };

  const send: Send = (webhook, body) =>
    new Promise((resolve) => {
      const url = new URL(webhook.url);
      const secure = url.protocol === 'https:';
      const finish = (outcome: SendResult['outcome'], status: number | null = null) => {
        clearTimeout(connecting);
        clearTimeout(reading);
        resolve({ outcome, status });
      };
      const request = (secure ? https : http).request(url, {
        method: 'POST',
        agent: agents[secure ? 'https:' : 'http:'],
        headers: {
          Accept: ACCEPT,
          'Content-Type': webhook.contentType,
          'Content-Length': Buffer.byteLength(body),
          'User-Agent': 'Java/21.0.11',
          ...authenticationHeaders(webhook, body),
        },
      });
      const giveUp = () => {
        finish('timed-out');
        request.destroy();
      };
      const connecting = setTimeout(giveUp, webhook.connectionTimeoutS * 1000);
      let reading: NodeJS.Timeout | undefined;
      request.on('socket', (socket) => {
        const connected = () => {
          clearTimeout(connecting);
          reading = setTimeout(giveUp, webhook.readTimeoutS * 1000);
        };
        if (socket.connecting) socket.once(secure ? 'secureConnect' : 'connect', connected);
        else connected();
      });
      request.on('error', () => finish('failed'));
      request.on('response', (response) => {
        const status = response.statusCode ?? 0;
        response.on('error', () => finish('failed'));
        response.on('end', () => finish(status >= 200 && status < 300 ? 'delivered' : 'refused', status));
        response.resume();
      });
      request.end(body);
    });

  return {
    send,
    close: () => {
      agents['http:'].destroy();
      agents['https:'].destroy();
    },
  };
}
