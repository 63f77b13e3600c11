import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { problemSchema } from '../../contract/problem.js';
import { CliError, EXIT, type ExitCode } from '../exit.js';

/** Where the service is and who asks. */
export interface Connection {
  url: string;
  token: string | undefined;
}

/** One request to the ops API. */
export interface Ask<Schema extends z.ZodType> {
  method?: 'GET' | 'POST' | 'DELETE';
  /** Below `/api/v1`. */
  path: string;
  query?: Readonly<Record<string, string | number | undefined>>;
  body?: unknown;
  idempotencyKey?: string;
  answer: Schema;
}

/** Asks the ops API; throws a `CliError` with a sentence and an exit code for everything that is no success. */
export type Client = <Schema extends z.ZodType>(ask: Ask<Schema>) => Promise<z.output<Schema>>;

const TIMEOUT_MS = 30_000;
const DEFAULT_URL = 'http://127.0.0.1:8080';
const NO_TOKEN =
  'Say who you are: put your API token into RECERT_TOKEN, or into a file and its path into RECERT_TOKEN_FILE. `recert tokens create` makes one; its SHA-256 goes under "tokens" in the configuration of the service.';

/** Where to connect to: options before environment, a token file before nothing. */
export function resolveConnection(
  options: { url?: string | undefined; token?: string | undefined },
  environment: Readonly<Record<string, string | undefined>>,
): Connection {
  const url = options.url ?? environment.RECERT_URL ?? DEFAULT_URL;
  if (!URL.canParse(url) || !/^https?:$/u.test(new URL(url).protocol))
    throw new CliError(EXIT.usage, `"${url}" is not an address: write it like https://recert.example.com`);
  const file = environment.RECERT_TOKEN_FILE;
  const token = options.token ?? environment.RECERT_TOKEN ?? (file ? readToken(file) : undefined);
  // A header takes no others, and an address that cannot be reached is not what is wrong then.
  if (token !== undefined && !/^[\x20-\x7e]*$/u.test(token.trim()))
    throw new CliError(
      EXIT.usage,
      'The token has characters that no token has: copy it again, it looks like recert_… and is one word.',
    );
  return { url: url.replace(/\/+$/u, ''), token: token?.trim() };
}

function readToken(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CliError(EXIT.usage, `RECERT_TOKEN_FILE cannot be read: ${messageOf(error)}`);
  }
}

/** A client of the ops API of one service. */
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
        `${new URL(connection.url).origin} answered in a way that this version of recert does not understand: is it the same version?`,
      );
    return parsed.data;
  };
}

/** Opens an answer that comes piece by piece and has no end of its own. */
export async function openStream(
  connection: Connection,
  { path, query = {} }: Pick<Ask<z.ZodType>, 'path' | 'query'>,
): Promise<ReadableStream<Uint8Array>> {
  const opening = new AbortController();
  const late = setTimeout(() => opening.abort(new Error('no answer in time')), TIMEOUT_MS);
  const headers = { Accept: 'text/event-stream, application/problem+json' };
  const response = await send(connection, { path, query }, opening.signal, { headers });
  clearTimeout(late);
  if (response.body === null) throw new CliError(EXIT.failed, 'The answer has no body.');
  return response.body;
}

/** Sends a request; what comes back is a success. */
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
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new CliError(
      EXIT.unreachable,
      `${target.origin} cannot be reached (${messageOf(cause)}). Is the receiver running? Say where with --url or RECERT_URL.`,
    );
  });
  if (response.ok) return response;
  const said: unknown = await response.json().catch(() => undefined);
  if (response.status === 401 && !token) throw new CliError(EXIT.refused, NO_TOKEN, said);
  throw refusal(response.status, said, target);
}

function refusal(status: number, said: unknown, target: URL): CliError {
  const problem = problemSchema.safeParse(said);
  if (!problem.success)
    return new CliError(
      EXIT.failed,
      `${target.origin} answered with ${status}, and not as Recert does. Does --url name a Recert?`,
    );
  return new CliError(exitCodeOf(status), problem.data.detail, problem.data);
}

function exitCodeOf(status: number): ExitCode {
  if (status === 404) return EXIT.notFound;
  if (status === 400 || status === 415 || status === 422) return EXIT.usage;
  if (status === 503) return EXIT.unreachable;
  return status < 500 ? EXIT.refused : EXIT.failed;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
