import { NotSentError } from '../domain/incidents/not-sent-error.js';

/** Timeout of one request to the service of a channel, milliseconds. */
const TIMEOUT_MS = 10_000;
/** Maximum number of bytes that are read from a response. */
const MAX_RESPONSE_BYTES = 2_000;
/**
 * Matches an error code of Slack, such as `no_service` or `invalid_blocks`. Such a code is safe to log, because no
 * secret has this form.
 */
const ERROR_WORD = /^[a-z]{2,20}(_[a-z]{2,20}){1,3}$/;

/**
 * An HTTP message to the service of a channel. The body is JSON text and not an object, because the signature is
 * computed from its bytes.
 */
export interface Message {
  /** URL to which the message is sent. It is often a secret. */
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** The response of a service that accepted a message. */
export interface Taken {
  status: number;
  /** Start of the response body. */
  text: string;
}

/**
 * Sends a message in one attempt. Redirects are not followed, because they could send a secret to another host.
 * @throws NotSentError if no response arrives within 10 s, or the status of the response is not 2xx.
 */
export function post({ url, headers, body }: Message): Promise<Taken> {
  return ask({ method: 'POST', url, body, headers: { 'Content-Type': 'application/json', ...headers } });
}

/**
 * Sends one request with the same timeout and the same handling of redirects as `post`.
 * @throws NotSentError under the same conditions as `post`.
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
    text = await readStart(response);
  } catch (error) {
    throw new NotSentError(`no response (${reasonOf(error)})`);
  }
  if (response.ok) return { status: response.status, text };
  const { status } = response;
  const why = status >= 300 && status < 400 ? ', a redirect' : ERROR_WORD.test(text) ? ` (${text})` : '';
  throw new NotSentError(`answered ${status}${why}`, {
    status,
    waitMs: retryAfterMs(response.headers.get('retry-after')),
  });
}

/** Reads the start of a response body and discards the rest. */
async function readStart(response: Response): Promise<string> {
  const body = response.body as AsyncIterable<Uint8Array> | null;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size >= MAX_RESPONSE_BYTES) break;
  }
  return Buffer.concat(chunks).toString('utf8', 0, MAX_RESPONSE_BYTES);
}

/**
 * Returns the code or the name of an error. The message of the error is not used, because it may contain the URL,
 * which may be a secret.
 */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if (error.name === 'TimeoutError') return `timeout after ${TIMEOUT_MS / 1_000} s`;
  const { cause } = error;
  const code: unknown = cause instanceof Error ? Reflect.get(cause, 'code') : undefined;
  return typeof code === 'string' ? code : error.name;
}

/**
 * Parses the header `Retry-After` (RFC 9110, section 10.2.3), which contains seconds or a date. Returns milliseconds,
 * at most one hour.
 */
function retryAfterMs(header: string | null): number {
  if (header === null) return 0;
  const waitMs = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
  return Number.isNaN(waitMs) ? 0 : Math.min(Math.max(waitMs, 0), 3_600_000);
}
