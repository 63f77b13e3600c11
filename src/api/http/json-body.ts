import express, { type Request, type Response } from 'express';
import { Problem } from '../../contract/problem.js';

const MAX_DEPTH = 32;
/** Parser with a size limit that allows the longest list of serial numbers that a request may contain. */
const json = express.json({ limit: '256kb' });

/**
 * Reads the JSON body of a request; `undefined` when the request has no body.
 * @throws Problem when the content type of the body is not JSON, or the body is nested too deeply. Other errors are
 * those of express, which `asProblem` converts.
 */
export async function readJson(request: Request, response: Response): Promise<unknown> {
  const type = request.is('application/json');
  if (type === null || request.headers['content-length'] === '0') return undefined;
  if (type === false)
    throw new Problem('not-json', 'Send JSON with the header "Content-Type: application/json".');
  await new Promise<void>((resolve, reject) => {
    json(request, response, (error?: unknown) => {
      if (error instanceof Error) reject(error);
      else resolve();
    });
  });
  const body: unknown = request.body;
  if (isDeeper(body, MAX_DEPTH))
    throw new Problem(
      'invalid-request',
      `The body has more than ${MAX_DEPTH} levels of nesting. No request of this API needs that many.`,
    );
  return body;
}

/**
 * Whether a value has more than `levels` levels of nesting. Deep nesting would overflow the stack of recursive
 * code that handles the body later, such as the schemas and JSON.stringify.
 */
function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}
