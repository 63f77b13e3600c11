import type { ErrorRequestHandler, Response } from 'express';
import { z } from 'zod';
import { Problem } from '../../contract/problem.js';
import type { Telemetry } from '../../telemetry/bus.js';

/** Answers with a problem. */
export function sendProblem(response: Response, problem: Problem): void {
  const { kind, status, title, message, more, headers } = problem;
  response
    .status(status)
    .set(headers)
    .type('application/problem+json')
    .send(
      JSON.stringify({
        type: `urn:recert:problem:${kind}`,
        title,
        status,
        detail: message,
        ...more,
      }),
    );
}

/** Turns whatever was thrown into problem details; what we did not foresee is told to operators and not to the client. */
export function problemHandler(telemetry: Telemetry): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const problem = asProblem(error);
    if (problem.status >= 500)
      telemetry.emit('api.failed', {
        route: `${request.method} ${request.path}`,
        error: error instanceof Error ? error.message : String(error),
      });
    sendProblem(response, problem);
  };
}

const bodyParserError = z.object({ type: z.string(), status: z.int() });
/** As ioredis names them when Redis is away: see its `MaxRetriesPerRequestError` and `commandTimeout`. */
const REDIS_IS_AWAY =
  /MaxRetriesPerRequest|max retries per request|Command timed out|Connection is closed|ECONNREFUSED|ECONNRESET|LOADING/u;

/** What to answer to whatever was thrown. Only a `Problem` has its own words shown: any other text might hold a secret. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof URIError)
    return new Problem('invalid-request', 'The address holds a % that is not followed by two hex digits.');
  const fromParser = bodyParserError.safeParse(error);
  if (fromParser.success && fromParser.data.status < 500) return ofBodyParser(fromParser.data.type);
  if (error instanceof Error && REDIS_IS_AWAY.test(`${error.name} ${error.message}`))
    return new Problem(
      'store-unavailable',
      'Recert cannot reach its Redis, so it cannot say or do this now. Try again in a moment; /readyz says when it is back.',
      {},
      { 'Retry-After': '5' },
    );
  return new Problem(
    'internal-error',
    'This is a mistake of Recert and not of the request. The log of the receiver says more.',
  );
}

function ofBodyParser(type: string): Problem {
  if (type === 'entity.too.large')
    return new Problem('too-large', 'The body is too large: send fewer Macs in one request.');
  if (type === 'encoding.unsupported' || type === 'charset.unsupported')
    return new Problem('not-json', 'Send the body as UTF-8 JSON.');
  return new Problem('invalid-request', 'The body is not JSON: check quotes and commas.');
}
