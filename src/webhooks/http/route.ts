import type { RequestHandler, Response } from 'express';
import type { Telemetry } from '../../telemetry/bus.js';
import { Aborted } from './body.js';
import { receive, type ReceiveDeps } from './receive.js';
import { Refusal } from './refusal.js';
import type { Refused } from './log-refusal.js';

/** Where Jamf Pro sends to. */
export const WEBHOOK_PATH = '/webhooks/jamf/:instance';

/**
 * Answers a webhook. Mounted before everything else and outside of any router: other routes' parsers and headers would cost more than
 * the whole way in.
 */
export function webhookHandler(
  deps: ReceiveDeps & { refused: Refused; telemetry: Telemetry },
): RequestHandler<{ instance: string }> {
  const { refused, telemetry } = deps;
  return async (request, response) => {
    const startedAt = performance.now();
    const { instance } = request.params;
    try {
      const { recognised, admitted } = await receive(deps, instance, request);
      const { event, known } = recognised;
      answer(response, 202, 'application/json', JSON.stringify(admitted));
      telemetry.emit('webhook.received', {
        instance,
        event: known ? event : 'unknown',
        outcome: admitted.outcome,
        durationMs: performance.now() - startedAt,
      });
      if (!known) telemetry.emit('webhook.unknown', { instance, said: event });
    } catch (error) {
      if (error instanceof Refusal) {
        const refusal = refused(error, instance, request);
        answer(response, refusal.status, 'application/problem+json', refusal.toProblem(), refusal.headers);
      } else if (error instanceof Aborted)
        telemetry.emit('webhook.aborted', {
          instance: deps.authenticators.has(instance) ? instance : 'unknown',
        });
      else throw error;
    }
  };
}

/** Past Express's own `send`, which computes an ETag for every answer. */
function answer(
  response: Response,
  status: number,
  type: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body), ...headers });
  response.end(body);
}
