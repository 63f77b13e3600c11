import { z } from 'zod';

/** An invalid field of a request. */
export interface FieldProblem {
  /** Path of the field, such as `body.reason` or `query.limit`. */
  path: string;
  message: string;
}

/** The body of an error response, as defined by RFC 9457 (problem details). */
export const problemSchema = z
  .object({
    type: z
      .string()
      .describe('Identifier of the type of problem, `urn:recert:problem:…`. Programs should use this field.'),
    title: z.string().describe('Short name of the type of problem.'),
    status: z.int().describe('HTTP status.'),
    detail: z.string().describe('What is wrong with this request, and what to do.'),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .describe('The invalid fields of the request.'),
    results: z
      .array(z.unknown())
      .optional()
      .describe('The result for each Mac; set when the request was refused for all Macs.'),
  })
  .meta({ id: 'Problem', description: 'Error response (RFC 9457 problem details).' });

/** All problem types of the API, each with its HTTP status and title. */
const PROBLEMS = {
  'invalid-request': [400, 'Invalid request'],
  'not-authenticated': [401, 'Not signed in'],
  'not-allowed': [403, 'Not allowed'],
  'other-origin': [403, 'Request from another site'],
  'not-found': [404, 'Not found'],
  'method-not-allowed': [405, 'Method not allowed'],
  refused: [409, 'Refused'],
  'still-running': [409, 'Request still running'],
  'too-large': [413, 'Request too large'],
  'not-json': [415, 'Request is not JSON'],
  'key-reused': [422, 'Idempotency key used before'],
  'too-many-failures': [429, 'Too many failed sign-ins'],
  'too-many-streams': [429, 'Too many live connections'],
  'jamf-failed': [502, 'Jamf Pro error'],
  'internal-error': [500, 'Internal error'],
  'store-unavailable': [503, 'Redis unavailable'],
} as const satisfies Record<string, readonly [number, string]>;

export type ProblemName = keyof typeof PROBLEMS;

/** An error that is sent to the client as problem details. `detail` is shown to users and must not contain secrets. */
export class Problem extends Error {
  readonly kind: ProblemName;
  readonly status: number;
  readonly title: string;
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
    [this.status, this.title] = PROBLEMS[kind];
    this.more = more;
    this.headers = headers;
  }
}
