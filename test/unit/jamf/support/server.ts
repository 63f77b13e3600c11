import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as the scripted server received it. */
export interface Seen {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: string;
}

/** The response of the scripted server to a request. */
export interface Reply {
  status?: number;
  headers?: Record<string, string | string[]>;
  /** An object is sent as JSON. */
  body?: unknown;
  /** The body as bytes, instead of `body`. */
  bytes?: Buffer;
  /** Never responds. */
  hang?: true;
  /** Sends the length of the body and half of it, then closes the connection. */
  half?: true;
  /** Reads the request and closes the connection without a response. */
  cut?: true;
}

type Play = Reply | readonly Reply[] | ((seen: Seen) => Reply | Promise<Reply>);

/** Replies by `METHOD /path`. A list is used in order, and its last reply is repeated. */
export type Script = Record<string, Play>;

/** A scripted HTTP server in place of Jamf Pro. */
export interface ScriptedServer {
  url: string;
  script: Script;
  /** All requests so far. */
  seen: Seen[];
  /** Those of one route, such as `GET /api/v1/jamf-pro-version`. */
  of(route: string): Seen[];
  /** The highest number of concurrent requests. */
  mostAtOnce(): number;
  close(): Promise<void>;
}

const SIGN_IN: Script = {
  'POST /api/oauth/token': {
    body: { access_token: 'token-1', token_type: 'Bearer', scope: 'api-role:1', expires_in: 1199 },
  },
  'GET /api/v1/jamf-pro-version': { body: { version: '11.30.1-t1780000000' } },
};

/** Starts a scripted server. Sign-in and version have default replies. */
export async function startScript(script: Script): Promise<ScriptedServer> {
  const seen: Seen[] = [];
  const plays: Script = { ...SIGN_IN, ...script };
  const played = new Map<string, number>();
  let now = 0;
  let most = 0;
  const server = createServer((request, response) => {
    now += 1;
    most = Math.max(most, now);
    response.on('close', () => (now -= 1));
    void answer(request, response, { seen, plays, played });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    script: plays,
    seen,
    of: (route) => seen.filter(({ method, path }) => `${method} ${path}` === route),
    mostAtOnce: () => most,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { seen, plays, played }: { seen: Seen[]; plays: Script; played: Map<string, number> },
): Promise<void> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://jamf.invalid');
  const it: Seen = {
    method: request.method ?? '',
    path: pathname,
    query: searchParams,
    headers: request.headers,
    body,
  };
  seen.push(it);
  const route = `${it.method} ${pathname}`;
  const play = plays[route] ?? { status: 404, body: { httpStatus: 404, errors: [] } };
  const turn = played.get(route) ?? 0;
  played.set(route, turn + 1);
  send(
    response,
    typeof play === 'function' ? await play(it) : ([play].flat()[turn] ?? [play].flat().at(-1) ?? {}),
  );
}

function send(response: ServerResponse, reply: Reply): void {
  if (reply.hang) return;
  if (reply.cut) return void response.destroy();
  const { status = 200, headers = {}, body = '' } = reply;
  if (reply.bytes) return void response.writeHead(status, headers).end(reply.bytes);
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const type = typeof body === 'string' ? 'text/html' : 'application/json';
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text), ...headers });
  if (!reply.half) return void response.end(text);
  response.write(text.slice(0, text.length / 2), () => response.destroy());
}
