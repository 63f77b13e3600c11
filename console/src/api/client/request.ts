import type { ProblemDetails } from '../answers.js';

/**
 * A failed API request: it was refused, received no response, or received a response that is not from the API.
 * `message` is a sentence for the user.
 */
export class ApiProblem extends Error {
  /** HTTP status of the response; 0 when there was no response. */
  readonly status: number;
  readonly title: string;

  constructor(status: number, title: string, detail: string) {
    super(detail);
    this.name = 'ApiProblem';
    this.status = status;
    this.title = title;
  }
}

/** Whether an error is HTTP status 401: there is no session, or the session has ended. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof ApiProblem && error.status === 401;
}

/** Parameters of a query string. Parameters that are undefined, null or empty are omitted. */
export type Query = Readonly<Record<string, string | number | boolean | null | undefined>>;

/**
 * Sends a GET request to `path` below /api/v1. The response is not validated: the server validates it with the
 * same schema, and validating it here would add zod to the scripts of the first page.
 * @throws ApiProblem
 */
export async function read<Answer>(path: string, query: Query = {}, signal?: AbortSignal): Promise<Answer> {
  return request<Answer>('GET', path + queryString(query), { signal: signal ?? null });
}

/**
 * Sends a POST request to `path` below /api/v1. With an idempotency `key`, repeating the request has no further
 * effect.
 * @throws ApiProblem
 */
export async function post<Answer>(path: string, body: unknown, key?: string): Promise<Answer> {
  return request<Answer>('POST', path, {
    headers: { 'content-type': 'application/json', ...(key === undefined ? {} : { 'idempotency-key': key }) },
    body: JSON.stringify(body),
  });
}

/** Sends a DELETE request to `path` below /api/v1. @throws ApiProblem */
export async function remove<Answer>(path: string): Promise<Answer> {
  return request<Answer>('DELETE', path, {});
}

function queryString(query: Query): string {
  const search = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]): [string, string][] =>
      value === undefined || value === null || value === '' ? [] : [[name, String(value)]],
    ),
  );
  return search.size === 0 ? '' : `?${search.toString()}`;
}

async function request<Answer>(method: string, path: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(`/api/v1${path}`, { ...init, method, credentials: 'same-origin' }).catch(
    (error: unknown) => {
      if (error instanceof DOMException && error.name === 'AbortError') throw error;
      throw new ApiProblem(
        0,
        'No response',
        'Recert is not responding. Check that the receiver is running and that you are online. This page retries automatically.',
      );
    },
  );
  const body: unknown = await response.json().catch(() => undefined);
  if (response.ok) return body as Answer;
  const problem = asProblem(body);
  throw new ApiProblem(
    response.status,
    problem?.title ?? `HTTP ${response.status}`,
    problem?.detail ??
      `Something between your browser and Recert (for example a proxy) answered with HTTP ${response.status}.`,
  );
}

function asProblem(body: unknown): Pick<ProblemDetails, 'title' | 'detail'> | null {
  if (typeof body !== 'object' || body === null) return null;
  const { title, detail } = body as Partial<Record<keyof ProblemDetails, unknown>>;
  return typeof title === 'string' && typeof detail === 'string' ? { title, detail } : null;
}
