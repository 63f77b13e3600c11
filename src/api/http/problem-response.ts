import type { ErrorRequestHandler, Response } from 'express';
import { z } from 'zod';
import { Problem } from '../../contract/problem.js';
import type { Telemetry } from '../../telemetry/bus.js';
import { UnreadableRecord } from '../../json/stored.js';
import { messageOf } from '../../process/error-message.js';

/** Sends an error response with the content type `application/problem+json` (RFC 9457). */
export function sendProblem(response: Response, problem: Problem): void {
  const { kind, status, title, message, more, headers } = problem;
  response
    .status(status)
    .set(headers)
    .type('application/problem+json')
    .send(JSON.stringify({ type: `urn:recert:problem:${kind}`, title, status, detail: message, ...more }));
}

/**
 * Creates the error handler of express that sends problem details. Details of unexpected errors are written only
 * to the log and not sent to the client.
 */
export function problemHandler(telemetry: Telemetry): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const problem = asProblem(error);
    if (problem.status >= 500)
      telemetry.emit('api.failed', { route: `${request.method} ${request.path}`, error: messageOf(error) });
    sendProblem(response, problem);
  };
}

const bodyParserError = z.object({ type: z.string(), status: z.int() });
/**
 * Matches the errors of ioredis when Redis is unreachable or accepts no writes, for example during a failover
 * (`MaxRetriesPerRequestError` and `commandTimeout` of ioredis). If a replica refuses the commands of a transaction
 * (MULTI), the transaction fails with EXECABORT and writes nothing.
 */
const REDIS_UNAVAILABLE =
  /MaxRetriesPerRequest|max retries per request|Command timed out|Connection is closed|Stream isn't writeable|ECONNREFUSED|ECONNRESET|READONLY|LOADING|MASTERDOWN|EXECABORT/u;

/**
 * Converts any error to a problem. The client receives only the message of a `Problem` and of an `UnreadableRecord`,
 * because other messages may contain secrets.
 */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof URIError)
    return new Problem(
      'invalid-request',
      'The URL contains a % that is not followed by two hexadecimal digits.',
    );
  const fromParser = bodyParserError.safeParse(error);
  if (fromParser.success && fromParser.data.status < 500) return ofBodyParser(fromParser.data.type);
  if (error instanceof Error && REDIS_UNAVAILABLE.test(`${error.name} ${error.message}`))
    return new Problem(
      'store-unavailable',
      'Recert cannot reach Redis. Try again in a moment; /readyz shows when Redis is available.',
      {},
      { 'Retry-After': '5' },
    );
  if (error instanceof UnreadableRecord) return new Problem('internal-error', `The ${error.message}.`);
  return new Problem(
    'internal-error',
    'An internal error occurred. The log of the receiver has the details.',
  );
}

function ofBodyParser(type: string): Problem {
  if (type === 'entity.too.large')
    return new Problem('too-large', 'The body is too large. Send fewer Macs in one request.');
  if (type === 'encoding.unsupported' || type === 'charset.unsupported')
    return new Problem('not-json', 'Send the body as UTF-8 JSON.');
  return new Problem('invalid-request', 'The body is not valid JSON. Check quotes and commas.');
}
