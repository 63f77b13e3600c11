import type { IncomingMessage } from 'node:http';
import { Refusal } from './refusal.js';

/** The sender went away before the body was complete: there is nobody to answer. */
export class Aborted extends Error {
  constructor() {
    super('the sender went away before the body was complete');
    this.name = 'Aborted';
  }
}

/**
 * Reads the body of a request, `limit` bytes at most. Without a parser of Express: it would cost more than the rest of the way in.
 *
 * @throws Refusal `too-large`, as soon as it is known
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
      // Every request is closed in the end; an error object is dear to make.
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

/** Node.js reads what is left and throws it away, for as long as a request may take: a connection closed at once would take the answer with it. */
function tooLarge(limit: number): Refusal {
  return new Refusal(
    'too-large',
    `The body is larger than ${limit} bytes. Raise http.bodyLimit in the configuration of Recert when this is a real webhook.`,
  );
}
