import { z } from 'zod';
import { type FieldProblem, Problem } from '../../contract/problem.js';
import type { RequestSender } from './sender.js';

/** The parts of a request before they are validated. */
export interface RawRequest {
  params: unknown;
  query: unknown;
  body: unknown;
  sender: RequestSender;
}

/** Schema for a route without path parameters or without a query. */
export const nothing = z.strictObject({});
/** Schema for a route without a body. An empty object is accepted, because some clients always send one. */
export const noBody = z.strictObject({}).optional();

/**
 * Validates the parameters, query and body of a request against the schemas of its route.
 *
 * @throws Problem that lists every invalid field.
 */
export function checkRequest<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType>(
  schemas: { params: Params; query: Query; body: Body },
  request: RawRequest,
): { params: z.output<Params>; query: z.output<Query>; body: z.output<Body>; sender: RequestSender } {
  const params = schemas.params.safeParse(request.params);
  const query = schemas.query.safeParse(request.query);
  const body = schemas.body.safeParse(request.body);
  if (params.success && query.success && body.success)
    return { params: params.data, query: query.data, body: body.data, sender: request.sender };
  const errors = [
    ...problemsOf('path', params.error),
    ...problemsOf('query', query.error),
    ...problemsOf('body', body.error),
  ];
  throw new Problem(
    'invalid-request',
    `The request has ${errors.length === 1 ? '1 problem' : `${errors.length} problems`}: ${errors.map(({ path, message }) => `${path}: ${message}`).join('; ')}. See /api/openapi.json for valid requests.`,
    { errors },
  );
}

/**
 * Returns one problem per invalid field. The messages never contain the submitted values, because a body may
 * contain a token.
 */
function problemsOf(part: string, error: z.ZodError | undefined): FieldProblem[] {
  return (error?.issues ?? []).flatMap((issue) => {
    const path = [part, ...issue.path].join('.');
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({ path: `${path}.${key}`, message: 'unknown field' }));
    if (issue.code === 'invalid_type' && issue.message.includes('received undefined'))
      return [{ path, message: 'is missing' }];
    return [{ path, message: issue.message }];
  });
}
