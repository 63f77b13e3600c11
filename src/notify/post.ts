import { NotSentError } from '../domain/incidents/not-sent-error.js';

/** Longest wait for a receiver. */
const TIMEOUT_MS = 10_000;
/** What a receiver says is read so far, bytes. */
const MOST_SAID = 2_000;
/** What Slack says when it refuses, such as `no_service` or `invalid_blocks`: a word that may be repeated, since no secret looks like it. */
const REASON = /^[a-z]{2,20}(_[a-z]{2,20}){1,3}$/;

/** What is sent: JSON already written, since a signature is over its bytes. */
export interface Message {
  /** Of the receiver; often a secret. */
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** The answer of a receiver that took it. */
export interface Taken {
  status: number;
  /** The beginning of what it said. */
  text: string;
}

/**
 * Sends one message, once. Redirections are not followed: they would carry a secret elsewhere.
 *
 * @throws NotSentError when there was no answer within 10 s, or one that is not 2xx.
 */
export function post({ url, headers, body }: Message): Promise<Taken> {
  return ask({ method: 'POST', url, body, headers: { 'Content-Type': 'application/json', ...headers } });
}

/**
 * One request to a receiver, as `post`.
 *
 * @throws NotSentError as `post`.
 */
export async function ask({
  method,
  url,
  headers,
  body,
}: { method: 'GET' | 'POST'; url: string } & Partial<Message>): Promise<Taken> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method,
      headers: { 'User-Agent': 'Recert', ...headers },
      ...(body === undefined ? {} : { body }),
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    text = await beginningOf(response);
  } catch (error) {
    throw new NotSentError(`no answer (${reasonOf(error)})`);
  }
  if (response.ok) return { status: response.status, text };
  const { status } = response;
  const why = status >= 300 && status < 400 ? ', a redirection' : REASON.test(text) ? ` (${text})` : '';
  throw new NotSentError(`answered ${status}${why}`, {
    status,
    waitMs: retryAfterMs(response.headers.get('retry-after')),
  });
}

/** No more than is needed, whatever is sent: the rest is not taken from the network. */
async function beginningOf(response: Response): Promise<string> {
  const body = response.body as AsyncIterable<Uint8Array> | null;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size >= MOST_SAID) break;
  }
  return Buffer.concat(chunks).toString('utf8', 0, MOST_SAID);
}

/** A name or code of an error. Its message may hold the address, and the address the secret. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if (error.name === 'TimeoutError') return `${TIMEOUT_MS / 1_000} s passed`;
  const { cause } = error;
  const code: unknown = cause instanceof Error ? Reflect.get(cause, 'code') : undefined;
  return typeof code === 'string' ? code : error.name;
}

/** RFC 9110, 10.2.3: seconds, or a date, which proxies before a receiver send. Never more than an hour. */
function retryAfterMs(header: string | null): number {
  if (header === null) return 0;
  const waitMs = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
  return Number.isNaN(waitMs) ? 0 : Math.min(Math.max(waitMs, 0), 3_600_000);
}
