import type { Request } from 'express';
import type { z } from 'zod';
import { bodyText } from '../call.js';
import { ApiFailure, badRequest } from '../errors.js';

/** The JSON request body, validated by its schema. Throws 415 for another content type, 400 for an invalid body. */
export function readJson<Schema extends z.ZodType>(req: Request, schema: Schema): z.output<Schema> {
  if (!req.is('application/json')) throw new ApiFailure(415);
  const result = schema.safeParse(parse(bodyText(req)));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw badRequest(issue?.path.join('.') ?? '', issue?.message ?? 'The body is invalid');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest('', 'The body is not valid JSON', 'INVALID_JSON');
  }
}
