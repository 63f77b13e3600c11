import type { ProblemDetails } from './answers.js';

/** The API refused, could not be reached, or answered what is not its own. `message` is a sentence for people. */
export class ApiProblem extends Error {
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  readonly title: string;

  constructor(status: number, title: string, detail: string) {
    super(detail);
    this.name = 'ApiProblem';
    this.status = status;
    this.title = title;
  }
}

/** Whether somebody has to sign in (again). */
export function isSignedOut(error: unknown): boolean {
  return error instanceof ApiProblem && error.status === 401;
}

/** What a query string is made of; what is undefined or empty is left out. */
export type Query = Readonly<Record<string, string | number | boolean | null | undefined>>;

/**
 * Reads `path` below /api/v1. The answer went through the API's schema on its way out, so it is not checked again here:
 * that would put zod into the first load.
 *
 * @throws ApiProblem
 */
export async function read<Answer>(path: string, query: Query = {}, signal?: AbortSignal): Promise<Answer> {
  return request<Answer>('GET', path + queryString(query), { signal: signal ?? null });
}

/**
 * Posts to `path` below /api/v1. With a `key`, asked twice it is done once.
 *
 * @throws ApiProblem
 */
export async function post<Answer>(path: string, body: unknown, key?: string): Promise<Answer> {
  return request<Answer>('POST', path, {
    headers: { 'content-type': 'application/json', ...(key === undefined ? {} : { 'idempotency-key': key }) },
    body: JSON.stringify(body),
  });
}

/** Deletes `path` below /api/v1. @throws ApiProblem */
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
        'No answer',
        'Recert did not answer. Is its receiver running, and are you online? This page tries again by itself.',
      );
    },
  );
  const body: unknown = await response.json().catch(() => undefined);
  if (response.ok) return body as Answer;
  const problem = asProblem(body);
  throw new ApiProblem(
    response.status,
    problem?.title ?? `Status ${response.status}`,
    problem?.detail ??
      `Something between this page and Recert answered with status ${response.status}: a proxy, perhaps.`,
  );
}

function asProblem(body: unknown): Pick<ProblemDetails, 'title' | 'detail'> | null {
  if (typeof body !== 'object' || body === null) return null;
  const { title, detail } = body as Partial<Record<keyof ProblemDetails, unknown>>;
  return typeof title === 'string' && typeof detail === 'string' ? { title, detail } : null;
}
