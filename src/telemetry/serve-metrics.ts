import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import type { Registry } from 'prom-client';

/** Who may read the metrics. */
export interface MetricsAccess {
  /** Bearer token that a request must have. */
  token?: { reveal(): string } | undefined;
  /**
   * Without a token, rejects requests from other hosts. A reverse proxy on the same host is recognized by the header
   * that it adds.
   */
  localOnly?: boolean;
}

const LOOPBACK = /^(?:::1|(?:::ffff:)?127\.\d+\.\d+\.\d+)$/;
const ADDED_BY_PROXIES = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];

/** Creates the request handler that returns the metrics in the text format of Prometheus. */
export function serveMetrics(
  registry: Registry,
  { token, localOnly = false }: MetricsAccess,
): RequestHandler {
  const expected = token && digestOf(`Bearer ${token.reveal()}`);
  return async (request, response) => {
    if (expected && !timingSafeEqual(expected, digestOf(request.headers.authorization ?? ''))) {
      response.set('WWW-Authenticate', 'Bearer').status(401).type('text');
      response.send('Send the token of the setting metrics.token: "Authorization: Bearer <token>".\n');
    } else if (!expected && localOnly && !isLocal(request)) {
      response.status(403).type('text');
      response.send(
        'Metrics are available to this host only. Set metrics.token or metrics.port in the configuration of Recert.\n',
      );
    } else response.type(registry.contentType).send(await registry.metrics());
  };
}

function isLocal({ headers, socket }: Request): boolean {
  return (
    LOOPBACK.test(socket.remoteAddress ?? '') && ADDED_BY_PROXIES.every((name) => headers[name] === undefined)
  );
}

/** A hash has a fixed length, which a comparison in constant time needs. */
function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
