import { type Agent, request } from 'node:http';

/** What came back; `null` when the connection was refused or cut. */
export interface Answer {
  status: number;
  type: string;
  text: string;
  /** From the first byte sent to the last one received, milliseconds. */
  tookMs: number;
}

/** How a body goes on its way. */
export interface Delivery {
  address: URL;
  agent: Agent;
  headers: Readonly<Record<string, string>>;
  body: Buffer;
}

/** Sends one body, once, as Jamf Pro does. Never throws: that nobody answered is an answer, too. */
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
