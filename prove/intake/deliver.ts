import { type Agent, request } from 'node:http';

/** The response to a webhook. */
export interface Answer {
  status: number;
  type: string;
  text: string;
  /** Time from sending the request to the last byte of the response, milliseconds. */
  tookMs: number;
}

/** Destination, connection pool, headers and body of a webhook. */
export interface Delivery {
  address: URL;
  agent: Agent;
  headers: Readonly<Record<string, string>>;
  body: Buffer;
}

/** Sends a body once, without retry, as Jamf Pro does. Never throws: returns `null` if the connection is refused or closed. */
export function deliver({ address, agent, headers, body }: Delivery): Promise<Answer | null> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const sent = request(address, { method: 'POST', agent, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', () => resolve(null));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          type: response.headers['content-type'] ?? '',
          text: Buffer.concat(chunks).toString(),
          tookMs: performance.now() - startedAt,
        }),
      );
    });
    sent.on('error', () => resolve(null));
    sent.end(body);
  });
}
