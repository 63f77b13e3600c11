import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { problemSchema } from '../../contract/problem.js';
import { CliError, EXIT, type ExitCode } from '../exit.js';
import { causeOf, messageOf } from '../../process/error-message.js';

/** Where the Recert service is, and the API token for it. */
export interface Connection {
  url: string;
  token: string | undefined;
}

/** One request to the ops API. `answer` is the schema that the response body must match. */
export interface Ask<Schema extends z.ZodType> {
  method?: 'GET' | 'POST' | 'DELETE';
  /** Path below `/api/v1/`. */
  path: string;
  query?: Readonly<Record<string, string | number | undefined>>;
  body?: unknown;
  idempotencyKey?: string;
  answer: Schema;
}

/**
 * Sends a request to the ops API and validates the response body. @throws CliError for every response other than
 * 2xx, and when the service is unreachable.
 */
export type Client = <Schema extends z.ZodType>(ask: Ask<Schema>) => Promise<z.output<Schema>>;

const TIMEOUT_MS = 30_000;
const DEFAULT_URL = 'http://127.0.0.1:8080';
const NO_TOKEN =
  'No API token is set. Set RECERT_TOKEN, or set RECERT_TOKEN_FILE to a file that contains the token. `recert tokens create` creates a token; add its SHA-256 hash under "tokens" in the configuration of the service.';

/**
 * Determines the address of the service and the API token. Options take precedence over the environment,
 * `RECERT_TOKEN` over `RECERT_TOKEN_FILE`.
 * @throws CliError with `EXIT.usage` for an invalid address, an invalid token or an unreadable token file.
 */
export function resolveConnection(
  options: { url?: string | undefined; token?: string | undefined },
  environment: Readonly<Record<string, string | undefined>>,
): Connection {
  const url = options.url ?? environment.RECERT_URL ?? DEFAULT_URL;
  if (!URL.canParse(url) || !/^https?:$/u.test(new URL(url).protocol))
    throw new CliError(EXIT.usage, `"${url}" is not a valid URL. Use the form https://recert.example.com.`);
  const file = environment.RECERT_TOKEN_FILE;
  const token = options.token ?? environment.RECERT_TOKEN ?? (file ? readToken(file) : undefined);
  // The function fetch() rejects other characters in a header. Without this check, that error would be reported as
  // an unreachable service.
  if (token !== undefined && !/^[\x20-\x7e]*$/u.test(token.trim()))
    throw new CliError(
      EXIT.usage,
      'The token contains invalid characters. Copy the token again: it starts with recert_ and has no spaces.',
    );
  return { url: url.replace(/\/+$/u, ''), token: token?.trim() };
}

function readToken(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CliError(EXIT.usage, `Cannot read RECERT_TOKEN_FILE: ${messageOf(error)}`);
  }
}

/** Creates a client for the ops API at the address in `connection`. */
export function createClient(connection: Connection): Client {
  return async ({ method = 'GET', path, query = {}, body, idempotencyKey, answer }) => {
    const response = await send(connection, { path, query }, AbortSignal.timeout(TIMEOUT_MS), {
      method,
      headers: {
        Accept: 'application/json, application/problem+json',
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(idempotencyKey ? { 'Idempotency-Key': idempotencyKey } : {}),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const parsed = answer.safeParse(await response.json().catch(() => undefined));
    if (!parsed.success)
      throw new CliError(
        EXIT.failed,
        `${new URL(connection.url).origin} sent an unexpected response. Check that the CLI and the service have the same version.`,
      );
    return parsed.data;
  };
}

/**
 * Opens a response that is streamed, such as live updates. The timeout applies only until the response headers
 * arrive. @throws CliError
 */
export async function openStream(
  connection: Connection,
  { path, query = {} }: Pick<Ask<z.ZodType>, 'path' | 'query'>,
): Promise<ReadableStream<Uint8Array>> {
  const opening = new AbortController();
  const timeout = setTimeout(() => opening.abort(new Error('timed out')), TIMEOUT_MS);
  const headers = { Accept: 'text/event-stream, application/problem+json' };
  const response = await send(connection, { path, query }, opening.signal, { headers });
  clearTimeout(timeout);
  if (response.body === null) throw new CliError(EXIT.failed, 'The response has no body.');
  return response.body;
}

/**
 * Sends a request and returns the response if its status is 2xx. @throws CliError for any other status, and when
 * the service is unreachable.
 */
async function send(
  { url, token }: Connection,
  { path, query }: { path: string; query: NonNullable<Ask<z.ZodType>['query']> },
  signal: AbortSignal,
  { headers, ...init }: Omit<RequestInit, 'headers' | 'signal'> & { headers: Record<string, string> },
): Promise<Response> {
  const target = new URL(`${url}/api/v1/${path}`);
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) target.searchParams.set(name, String(value));
  const authorized = { ...headers, ...(token ? { Authorization: `Bearer ${token}` } : {}) };
  const response = await fetch(target, { ...init, signal, headers: authorized }).catch((error: unknown) => {
    throw new CliError(
      EXIT.unreachable,
      `${target.origin} cannot be reached (${causeOf(error)}). Check that the receiver is running, and set its address with --url or RECERT_URL.`,
    );
  });
  if (response.ok) return response;
  const body: unknown = await response.json().catch(() => undefined);
  if (response.status === 401 && !token) throw new CliError(EXIT.refused, NO_TOKEN, body);
  throw refusal(response.status, body, target);
}

function refusal(status: number, body: unknown, target: URL): CliError {
  const problem = problemSchema.safeParse(body);
  if (!problem.success)
    return new CliError(
      EXIT.failed,
      `${target.origin} answered HTTP ${status}, which is not a Recert response. Check --url.`,
    );
  return new CliError(exitCodeOf(status), problem.data.detail, problem.data);
}

function exitCodeOf(status: number): ExitCode {
  if (status === 404) return EXIT.notFound;
  if (status === 400 || status === 415 || status === 422) return EXIT.usage;
  if (status === 503) return EXIT.unreachable;
  return status < 500 ? EXIT.refused : EXIT.failed;
}
