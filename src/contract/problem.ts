import { z } from 'zod';

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

