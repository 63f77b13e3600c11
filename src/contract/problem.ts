import type { ErrorRequestHandler, Response } from 'express';
import { z } from 'zod';
import type { Telemetry } from '../telemetry/bus.js';

/** A refusal of one field of a request. */
export interface FieldProblem {
  /** Where: `body.reason`, `query.limit`. */
  path: string;
  message: string;
}

/** An answer that says what is wrong, as RFC 9457 asks. */
export const problemSchema = z
  .object({
    type: z.string().describe('Which problem it is: `urn:recert:problem:…`. Programs decide by this.'),
    title: z.string().describe('The problem in a few words.'),
    status: z.int().describe('HTTP status.'),
    detail: z.string().describe('What is wrong with this request, and what to do.'),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .describe('What is wrong with which field.'),
    results: z.array(z.unknown()).optional().describe('What was said of each Mac, when none was accepted.'),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details.' });

/** Every problem that the API answers with: its status and its title. */
const PROBLEMS = {
  'invalid-request': [400, 'The request is not understood'],
  'not-authenticated': [401, 'Not signed in'],
  'not-allowed': [403, 'Not allowed'],
  'other-origin': [403, 'Not from this site'],
  'not-found': [404, 'Not found'],
  'method-not-allowed': [405, 'No such method here'],
  refused: [409, 'Refused'],
  'still-running': [409, 'Still running'],
  'too-large': [413, 'Too large'],
  'not-json': [415, 'Not JSON'],
  'key-reused': [422, 'Idempotency key used before'],
  'too-many-failures': [429, 'Too many failures'],
  'too-many-streams': [429, 'Too many live connections'],
  'jamf-failed': [502, 'Jamf Pro did not do it'],
  'internal-error': [500, 'Something is wrong in Recert'],
  'store-unavailable': [503, 'Redis cannot be reached'],
} as const satisfies Record<string, readonly [number, string]>;

/** Name of a problem. */
export type ProblemName = keyof typeof PROBLEMS;

/** Thrown by whatever answers a request, and told as problem details. `detail` is shown: no secret may be in it. */
export class Problem extends Error {
  readonly kind: ProblemName;
  readonly status: number;
  readonly more: { errors?: readonly FieldProblem[]; results?: readonly unknown[] };
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    kind: ProblemName,
    detail: string,
    more: { errors?: readonly FieldProblem[]; results?: readonly unknown[] } = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
    this.name = 'Problem';
    this.kind = kind;
    this.status = PROBLEMS[kind][0];
    this.more = more;
    this.headers = headers;
  }
}

/** Answers with a problem. */
export function sendProblem(response: Response, problem: Problem): void {
  const { kind, status, message, more, headers } = problem;
  response
    .status(status)
    .set(headers)
    .type('application/problem+json')
    .send(
      JSON.stringify({
        type: `urn:recert:problem:${kind}`,
        title: PROBLEMS[kind][1],
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
