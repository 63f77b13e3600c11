import type { IncomingMessage } from 'node:http';
import type { RequestHandler, Response } from 'express';
import type { Telemetry } from '../../telemetry/bus.js';
import type { Admitted, WebhookAdmission } from '../admission/admission.js';
import type { Authenticator } from '../authenticate/authenticate.js';
import type { Sender } from '../authenticate/sender.js';
import { formatOf, parseBody } from '../recognise/parse.js';
import { recognizeEvent, type RecognizedEvent } from '../recognise/recognise.js';
import { redactBody } from '../recognise/redact.js';
import { Aborted, readBody } from './body.js';
import type { RefusalLog } from './log-refusal.js';
import { WebhookRefusal } from './refusal.js';

/** `instance` is the configured name of the Jamf Pro server that sends the webhook. */
export const WEBHOOK_PATH = '/webhooks/jamf/:instance';

/**
 * Creates the request handler for webhooks. It must be mounted first and outside of any router, because the
 * middleware of other routes would take longer than the handling of a webhook itself.
 */
export function webhookHandler(
  deps: ReceiveDeps & { refused: RefusalLog; telemetry: Telemetry; now: () => number },
): RequestHandler<{ instance: string }> {
  const { refused, telemetry, now } = deps;
  return async (request, response) => {
    const startedAt = performance.now();
    const { instance } = request.params;
    try {
      const { recognised, admitted } = await receive(deps, instance, request);
      const { event, known, at } = recognised;
      respond(response, 202, 'application/json', JSON.stringify(admitted));
      telemetry.emit('webhook.received', {
        instance,
        event: known ? event : 'unknown',
        outcome: admitted.outcome,
        durationMs: performance.now() - startedAt,
        delayMs: at === null ? null : now() - at,
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

/** Dependencies of the route. `authenticators`: by name of the Jamf Pro server. `bodyLimit`: bytes. */
interface ReceiveDeps {
  authenticators: ReadonlyMap<string, Authenticator>;
  bodyLimit: number;
  reception: WebhookAdmission;
}

/** A webhook request whose body has not been read yet. */
type Delivery = Pick<IncomingMessage, 'method' | 'headers' | 'on'> & Sender;

/**
 * Receives one webhook: authenticates, parses and admits it. When the promise resolves, the webhook is stored.
 * @throws WebhookRefusal with the status and the remedy
 * @throws Aborted when the sender closed the connection
 */
async function receive(
  { authenticators, bodyLimit, reception }: ReceiveDeps,
  instance: string,
  delivery: Delivery,
): Promise<{ recognised: RecognizedEvent; admitted: Admitted }> {
  const authenticator = authenticators.get(instance);
  if (!authenticator) throw noSuchServer();
  if (delivery.method !== 'POST') throw notByPost();
  if (!authenticator.accepts(delivery)) throw notAuthenticated(instance, authenticator);
  const format = formatOf(delivery.headers);
  const body = await readBody(delivery, bodyLimit);
  if (authenticator.acceptsBody?.(delivery.headers, body) === false)
    throw notAuthenticated(instance, authenticator);
  const text = format.decode(body);
  const parsed = parseBody(text, format);
  const recognised = recognizeEvent(parsed);
  const content = { body, keep: redactBody(text, parsed) };
  const admitted = await reception.admit(instance, recognised, content).catch(cannotKeep);
  return { recognised, admitted };
}

function noSuchServer(): WebhookRefusal {
  return new WebhookRefusal(
    'no-such-server',
    'No Jamf Pro server of this name is configured. The last part of the webhook URL must be a name under instances in the configuration of Recert.',
  );
}

function notByPost(): WebhookRefusal {
  return new WebhookRefusal('method-not-allowed', 'Send webhooks with the POST method.', { Allow: 'POST' });
}

function notAuthenticated(instance: string, { challenge }: Authenticator): WebhookRefusal {
  return new WebhookRefusal(
    'not-authenticated',
    `The webhook is not authenticated. In Jamf Pro, set the authentication of the webhook to match instances.${instance}.webhooks.authentication in the configuration of Recert.`,
    challenge,
  );
}

/** Converts any error of Redis or of the spool to a rejection with status 503, because the event is not stored. */
function cannotKeep(cause: unknown): never {
  const refusal = new WebhookRefusal(
    'cannot-keep',
    'Recert cannot reach Redis, so this event was not stored. A later sweep detects the change. Check /readyz to see when webhooks are accepted again.',
    { 'Retry-After': '5' },
  );
  refusal.cause = cause;
  throw refusal;
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
