import { once } from 'node:events';
import { createServer, IncomingMessage, type Server as HttpServer, ServerResponse } from 'node:http';
import { createServer as createTlsServer, Server as TlsServer } from 'node:https';
import { Server as NetServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Express } from 'express';
import type { TlsSettings } from '../config/sections/tls.js';

/** An HTTP server, with or without TLS. */
export type Server = HttpServer | TlsServer;

/**
 * Maximum time for receiving the headers of a request, and for receiving the whole request, milliseconds. The limits
 * protect against clients that send slowly on purpose.
 */
const HEADERS_MS = 5_000;
const REQUEST_MS = 15_000;
/**
 * Time for which idle connections stay open, milliseconds. It is longer than the idle timeout of proxies, which is
 * usually 60 seconds, so that the proxy closes the connection first. If the server closed it first, a request that
 * the proxy sends at that moment would be lost.
 */
const KEEP_ALIVE_MS = 75_000;
/** Time for which a stopping server waits for requests that are already in transit on idle connections, milliseconds. */
const GRACE_MS = 200;
/** Interval at which a stopping server closes connections that have become idle, milliseconds. */
const CLOSE_IDLE_EVERY_MS = 50;

/**
 * Creates an HTTP server for an Express application. The server does not listen yet.
 * Express sets the prototype of each request and response to the prototype of the application, which takes more than
 * half of the processing time of Express. This server creates the objects with the right prototypes, so that setting
 * them changes nothing. Do not mount another application (a router is permitted) before a path that must be fast.
 */
export function createHttpServer(app: Express, tls?: TlsSettings): Server {
  class AppRequest extends IncomingMessage {}
  class AppResponse extends ServerResponse {}
  installPrototype(app, 'request', AppRequest);
  installPrototype(app, 'response', AppResponse);
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
      // The TLS layer accepts clients without a valid certificate. Routes that require a certificate reject such
      // clients with a response and a log entry.
      ...(clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: false }),
    },
    listener,
  );
}

/** Makes the prototype of a class inherit from the prototype of the application, and makes the application use it. */
function installPrototype(
  app: Express,
  name: 'request' | 'response',
  { prototype }: { prototype: IncomingMessage | ServerResponse },
): void {
  const original: object = app[name];
  Object.setPrototypeOf(prototype, original);
  Object.defineProperty(app, name, {
    value: prototype,
    writable: true,
    configurable: true,
    enumerable: true,
  });
}

/** Starts to listen and returns the URL of the server. Port 0 selects a free port. */
export async function listen(
  server: Server,
  { host, port }: { host: string; port: number },
): Promise<string> {
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  const actualPort = typeof address === 'object' && address !== null ? address.port : port;
  const scheme = server instanceof TlsServer ? 'https' : 'http';
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${actualPort}`;
}

/**
 * Shuts a server down gracefully. The server accepts no new connections, responds to every request in transit, and
 * then closes the connections.
 */
export async function closeGently(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.prependListener('request', (_request, response: ServerResponse) => {
    response.shouldKeepAlive = false;
  });
  const connections = new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));
  // The method `close` of an HTTP server would also close idle connections immediately, and lose the requests in
  // transit on them. The method of the TCP server does not.
  NetServer.prototype.close.call(server);
  if ((await connections) > 0) await Promise.race([closed, wait(GRACE_MS)]);
  server.close();
  const closingIdle = setInterval(() => server.closeIdleConnections(), CLOSE_IDLE_EVERY_MS);
  await closed.finally(() => clearInterval(closingIdle));
}
