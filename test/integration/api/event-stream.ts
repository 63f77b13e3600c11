import { expect } from 'vitest';
import { ask, type TestApi } from './support.js';

/** One server-sent event; a comment has no name. */
export interface SentEvent {
  id: string | null;
  event: string | null;
  data: unknown;
}

/** A connection to the live updates that keeps what it hears. */
export interface Listening {
  status: number;
  heard: SentEvent[];
  /** Resolves when the receiver has ended it. */
  ended: Promise<void>;
  leave(): void;
}

/** Connects as a browser does; `path` may have a query. */
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
 * Waits until the hub has taken it in, of which `reload` is the sign. What happened before, in another test, too, is gathered for a
 * moment and may be told right after it: how much was heard says nothing.
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

/** Does something that everybody hears of. */
export async function somethingHappens(api: TestApi, token: string): Promise<void> {
  await ask(api, 'POST', '/api/v1/sweep', { token, body: { what: 'open' } });
}
