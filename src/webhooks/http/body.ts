import type { IncomingMessage } from 'node:http';
import { WebhookRefusal } from './refusal.js';

/** Thrown when the sender closed the connection before the body was complete, so that no response is possible. */
export class Aborted extends Error {
  constructor() {
    super('the sender closed the connection before the body was complete');
    this.name = 'Aborted';
  }
}

/**
 * Reads the body of a request, at most `limit` bytes. A body parser of Express would take longer than everything
 * else that is done for a webhook.
 * @throws WebhookRefusal `too-large`, as soon as the size is known
 * @throws Aborted
 */
export function readBody(request: Pick<IncomingMessage, 'headers' | 'on'>, limit: number): Promise<Buffer> {
  const announced = Number(request.headers['content-length']);
  if (announced > limit) return Promise.reject(tooLarge(limit));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    let settled = false;
    const abort = () => {
      // Node.js emits `close` after every request. Without this check, every request would create an unused error
      // object.
      if (!settled) reject(new Aborted());
    };
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limit) chunks.push(chunk);
      else if (!settled) {
        settled = true;
        chunks.length = 0;
        reject(tooLarge(limit));
      }
    });
    request.on('end', () => {
      settled = true;
      const [first] = chunks;
      resolve(chunks.length === 1 && first ? first : Buffer.concat(chunks));
    });
    request.on('error', abort);
    request.on('close', abort);
  });
}

/**
 * Creates the rejection of a body above the limit. The connection stays open, and Node.js discards the rest of the
 * body: if the connection were closed immediately, the response could be lost.
 */
function tooLarge(limit: number): WebhookRefusal {
  return new WebhookRefusal(
    'too-large',
    `The body is larger than ${limit} bytes. If Jamf Pro sent this webhook, raise http.bodyLimit in the configuration of Recert.`,
  );
}
