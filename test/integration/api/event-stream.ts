import { expect } from 'vitest';
import { ask, type TestApi } from './support.js';

/** A server-sent event. A comment has no name. */
export interface SentEvent {
  id: string | null;
  event: string | null;
  data: unknown;
}

/** A connection to the live updates that stores the received events. */
export interface Listening {
  status: number;
  heard: SentEvent[];
  /** Resolves when the receiver has closed the connection. */
  ended: Promise<void>;
  leave(): void;
}

/** Connects like a browser. `path` may have a query. */
export async function listen(
  { url }: Pick<TestApi, 'url'>,
  headers: Record<string, string>,
  path = '/api/v1/live',
): Promise<Listening> {
  const leaving = new AbortController();
  const response = await fetch(`${url}${path}`, { headers, signal: leaving.signal });
  const heard: SentEvent[] = [];
  return { status: response.status, heard, ended: read(response, heard), leave: () => leaving.abort() };
}

/**
 * Waits until the hub has registered the connection, which the event `reload` shows. Earlier events, also those of other tests, may follow
 * at once, so their number proves nothing.
 */
export async function joined({ heard }: Listening): Promise<void> {
  await expect.poll(() => heard[0]?.event).toBe('reload');
}

async function read(response: Response, heard: SentEvent[]): Promise<void> {
  let text = '';
  const decoder = new TextDecoder();
  try {
    for await (const chunk of response.body ?? []) {
      const blocks = (text + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n\n');
      text = blocks.pop() ?? '';
      heard.push(...blocks.map(parse).filter(({ event }) => event !== null));
    }
  } catch {
    // The test has left.
  }
}

function parse(block: string): SentEvent {
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'mu').exec(block)?.[1] ?? null;
  const data = field('data');
  return { id: field('id'), event: field('event'), data: data === null ? null : JSON.parse(data) };
}

/** Causes an event that every connection receives. */
export async function somethingHappens(api: TestApi, token: string): Promise<void> {
  await ask(api, 'POST', '/api/v1/sweep', { token, body: { what: 'open' } });
}
