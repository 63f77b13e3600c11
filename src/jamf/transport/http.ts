import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios from 'axios';
import { z } from 'zod';
import type { Fence } from '../../domain/fence.js';
import { beginsAsJson, isComplete, parseJson } from '../../json/parse.js';
import { createPermit, fencedAgents } from './permit.js';
import type { Headers, NoAnswer, Outcome } from './outcome.js';
import { titleOf } from './error-body.js';

/** One HTTP request. */
export interface Wire {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string | undefined;
  /**
   * Whether a successful response must be JSON. The content type is ignored, because the Classic API sends JSON as
   * text/plain.
   */
  json: boolean;
  /** True for a request that must not be retried. It gets a new connection. */
  fresh: boolean;
  /** Check that decides, once the connection is established, whether the request is sent. */
  fence?: Fence | undefined;
}

/** Sends single attempts of requests. Never throws and never retries. */
export interface Http {
  attempt(wire: Wire): Promise<Outcome>;
  /** Closes idle connections until at most `most` connections are open, including connections in use. */
  keepAtMost(most: number): void;
  close(): void;
}

/** Maximum size of a response, bytes. 500 Macs with their certificates take about 17 MB, and Recert reads at most 200 Macs in one call. */
const MAX_RESPONSE_BYTES = 64 * 1024 * 1024;
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Creates an HTTP client with keep-alive connections. Requests that must not be retried use a new connection: if the
 * server closed an idle connection while a request is sent, it would be unknown whether the request arrived.
 */
export function createHttp({
  timeoutMs,
  maxConnections,
}: {
  timeoutMs: number;
  maxConnections: number;
}): Http {
  const keepAliveOptions = { keepAlive: true, maxSockets: maxConnections };
  const agents = { http: new HttpAgent(keepAliveOptions), https: new HttpsAgent(keepAliveOptions) };
  const once = { http: new HttpAgent(), https: new HttpsAgent() };
  const all = [agents.http, agents.https];
  const keepAtMost = (most: number): void => {
    const open = all.reduce(
      (sum, { sockets, freeSockets }) => sum + countOf(sockets) + countOf(freeSockets),
      0,
    );
    const free = all.flatMap(({ freeSockets }) => Object.values(freeSockets)).flatMap((list) => list ?? []);
    for (const socket of free.slice(0, Math.max(0, open - most))) socket.destroy();
  };
  return {
    keepAtMost,
    attempt: async (wire) => {
      // Idle connections are closed first, so the new connection does not exceed the limit.
      if (wire.fresh) keepAtMost(countOf(agents.http.sockets) + countOf(agents.https.sockets));
      if (wire.fence !== undefined) return requestFenced(wire, wire.fence, timeoutMs);
      return request(wire, wire.fresh ? once : agents, timeoutMs);
    },
    close: () => {
      for (const agent of [...all, once.http, once.https]) agent.destroy();
    },
  };
}

interface Agents {
  http: HttpAgent;
  https: HttpsAgent;
}

/**
 * Sends a write with its check (fence). The check runs before the connection is opened, so that a refused write opens
 * no connection. It runs again if opening the connection took so long that the permission is too old.
 */
async function requestFenced(wire: Wire, fence: Fence, timeoutMs: number): Promise<Outcome> {
  const permit = createPermit(fence);
  const early = await permit();
  if (early !== null) return fencedBy(early);
  const late: string[] = [];
  const outcome = await request(
    wire,
    fencedAgents(permit, (reason) => late.push(reason)),
    timeoutMs,
  );
  const [reason] = late;
  return reason === undefined ? outcome : fencedBy(reason);
}

function fencedBy(detail: string): NoAnswer {
  return { kind: 'no-answer', reason: 'fenced', reached: false, detail, status: null };
}

async function request(wire: Wire, { http, https }: Agents, timeoutMs: number): Promise<Outcome> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await axios.request<unknown>({
      method: wire.method,
      url: wire.url,
      headers: { 'User-Agent': 'recert', ...wire.headers },
      data: wire.body,
      httpAgent: http,
      httpsAgent: https,
      signal,
      responseType: 'text',
      transformRequest: (body: unknown) => body,
      transformResponse: (body: unknown) => body,
      validateStatus: () => true,
      // A redirect would send the token to another host. Jamf Pro redirects no API call.
      maxRedirects: 0,
      maxContentLength: MAX_RESPONSE_BYTES,
      ...(LOOPBACK.has(new URL(wire.url).hostname) ? { proxy: false } : {}),
    });
    const text = typeof response.data === 'string' ? response.data : '';
    return toOutcome(wire, response.status, headersOf(response.headers), text);
  } catch (error) {
    return toNoAnswer(error, signal.aborted);
  }
}

function countOf(sockets: NodeJS.ReadOnlyDict<readonly unknown[]>): number {
  return Object.values(sockets).reduce((sum, list) => sum + (list?.length ?? 0), 0);
}

function toOutcome(wire: Wire, status: number, headers: Headers, text: string): Outcome {
  const answer = { kind: 'answer', status, headers, text, json: undefined } as const;
  if (!wire.json || status < 200 || status >= 300) return answer;
  const parsed = parseJson(text);
  if (parsed) return { ...answer, json: parsed.value, repaired: parsed.repaired };
  // A complete response that cannot be read is not a failure of the server: a retry would return the same text.
  if (isComplete(text)) return answer;
  const failed = { kind: 'no-answer', reached: true, status } as const;
  if (beginsAsJson(text))
    return { ...failed, reason: 'broken', detail: `${text.length} characters of incomplete JSON` };
  const title = titleOf(text);
  const detail = title === '' ? `${text.length} characters, not JSON` : `a page titled "${title}"`;
  return { ...failed, reason: 'garbled', detail };
}

const headerSchema = z.record(
  z.string(),
  z
    .union([z.string(), z.array(z.string())])
    .optional()
    .catch(undefined),
);

function headersOf(headers: unknown): Headers {
  return headerSchema.catch({}).parse({ ...(typeof headers === 'object' ? headers : {}) });
}

/**
 * Error codes of Node.js for a connection that was not established. Other errors of this kind have the `syscall`
 * `connect`.
 */
const NOT_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);
const UNTRUSTED = /^(CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|ERR_TLS_|EPROTO$)/;

const causeSchema = z.object({
  code: z.string().catch(''),
  cause: z.object({ syscall: z.string().catch('') }).catch({ syscall: '' }),
  message: z.string().catch(''),
});

/** Errors of Axios contain the request with its token, so only their code is used. */
function toNoAnswer(error: unknown, timedOut: boolean): NoAnswer {
  const { code, cause, message } = causeSchema
    .catch({ code: '', cause: { syscall: '' }, message: '' })
    .parse(error);
  const failed = (reason: NoAnswer['reason'], reached: boolean, detail = code): NoAnswer => ({
    kind: 'no-answer',
    reason,
    reached,
    detail,
    status: null,
  });
  if (timedOut) return failed('timeout', true, '');
  if (NOT_CONNECTED.has(code) || cause.syscall === 'connect') return failed('unreachable', false);
  if (UNTRUSTED.test(code)) return failed('untrusted', false);
  if (message.startsWith('maxContentLength'))
    return failed('too-large', true, `over ${MAX_RESPONSE_BYTES} bytes`);
  return failed('broken', true);
}
