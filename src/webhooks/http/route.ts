import type { RequestHandler, Response } from 'express';
import type { Telemetry } from '../../telemetry/bus.js';
import { Aborted } from './body.js';
import { receive, type ReceiveDeps } from './receive.js';
import { WebhookRefusal } from './refusal.js';
import type { RefusalLog } from './log-refusal.js';

/** Path of the webhook endpoint. */
export const WEBHOOK_PATH = '/webhooks/jamf/:instance';

/**
 * Creates the request handler for webhooks. Mount it first and outside of any router, because the middleware of other routes would
 * cost more than webhook intake itself.
 */
export function webhookHandler(
  deps: ReceiveDeps & { refused: RefusalLog; telemetry: Telemetry },
): RequestHandler<{ instance: string }> {
  const { refused, telemetry } = deps;
  return async (request, response) => {
    const startedAt = performance.now();
    const { instance } = request.params;
    try {
      const { recognised, admitted } = await receive(deps, instance, request);
      const { event, known } = recognised;
      respond(response, 202, 'application/json', JSON.stringify(admitted));
      telemetry.emit('webhook.received', {
        instance,
        event: known ? event : 'unknown',
        outcome: admitted.outcome,
        durationMs: performance.now() - startedAt,
      });
      if (!known) telemetry.emit('webhook.unknown', { instance, said: event });
    } catch (error) {
      if (error instanceof WebhookRefusal) {
        const refusal = refused(error, instance, request);
        respond(response, refusal.status, 'application/problem+json', refusal.toProblem(), refusal.headers);
      } else if (error instanceof Aborted)
        telemetry.emit('webhook.aborted', {
          instance: deps.authenticators.has(instance) ? instance : 'unknown',
        });
      else throw error;
    }
  };
}

/** Sends a response without `send` of Express, which computes an ETag for every response. */
function respond(
  response: Response,
  status: number,
  type: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body), ...headers });
  response.end(body);
}
