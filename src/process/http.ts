import { once } from 'node:events';
import { createServer, IncomingMessage, type Server as HttpServer, ServerResponse } from 'node:http';
import { createServer as createTlsServer, Server as TlsServer } from 'node:https';
import { Server as NetServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Express } from 'express';
import type { TlsSettings } from '../config/sections/tls.js';

/** With or without TLS. */
export type Server = HttpServer | TlsServer;

/** Longest time for the headers and for a whole request: a sender that trickles is cut off. */
const HEADERS_MS = 5_000;
const REQUEST_MS = 15_000;
/** Longer than proxies keep a connection (60 s is usual), so that they close first: a request sent into a closing connection is lost. */
const KEEP_ALIVE_MS = 75_000;
/** A stopping server waits so long for requests that were sent on idle connections before the sender could know. */
const GRACE_MS = 200;
const LOOK_EVERY_MS = 50;

/**
 * An HTTP server for an Express application, not yet listening.
 * Express gives each request and response the prototypes of the application, which costs more than half of its time. Here they are
 * made with these prototypes, so that there is nothing to change. Do not mount another application (a router is fine) before a path
 * that must be fast.
 */
export function createHttpServer(app: Express, tls?: TlsSettings): Server {
  class AppRequest extends IncomingMessage {}
  class AppResponse extends ServerResponse {}
  bePrototype(app, 'request', AppRequest);
  bePrototype(app, 'response', AppResponse);
  const listener = (request: IncomingMessage, response: ServerResponse) => void app(request, response);
  const settings = {
    IncomingMessage: AppRequest,
    ServerResponse: AppResponse,
    headersTimeout: HEADERS_MS,
    requestTimeout: REQUEST_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: 1_000,
  };
  if (!tls) return createServer(settings, listener);
  const { cert, key, clientCa } = tls;
  return createTlsServer(
    {
      ...settings,
      cert,
      key: key.reveal(),
      handshakeTimeout: HEADERS_MS,
      // Whoever has no certificate, or another's, is refused by the routes that want one, with an answer and a line in the log.
      ...(clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: false }),
    },
    listener,
  );
}

/** Puts the prototype of a class before the one that the application has, and has the application use it. */
function bePrototype(
  app: Express,
  name: 'request' | 'response',
  { prototype }: { prototype: IncomingMessage | ServerResponse },
): void {
  const before: object = app[name];
  Object.setPrototypeOf(prototype, before);
  Object.defineProperty(app, name, {
    value: prototype,
    writable: true,
    configurable: true,
    enumerable: true,
  });
}

/** Listens, and returns the address. Port 0 takes a free one. */
export async function listen(
  server: Server,
  { host, port }: { host: string; port: number },
): Promise<string> {
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  const taken = typeof address === 'object' && address !== null ? address.port : port;
  const scheme = server instanceof TlsServer ? 'https' : 'http';
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${taken}`;
}

/** Takes no new connections, answers every request that was sent, then ends the connections. */
export async function closeGently(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.prependListener('request', (_request, response: ServerResponse) => {
    response.shouldKeepAlive = false;
  });
  const connections = new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));
  // The `close` of an HTTP server would end idle connections at once, and with them what is just arriving on them.
  NetServer.prototype.close.call(server);
  if ((await connections) > 0) await Promise.race([closed, wait(GRACE_MS)]);
  server.close();
  const sweeping = setInterval(() => server.closeIdleConnections(), LOOK_EVERY_MS);
  await closed.finally(() => clearInterval(sweeping));
}
