import express, { type Request, type Response } from 'express';
import { Problem } from '../../contract/problem.js';

const MOST_DEEP = 32;
/** A hundred Macs with their serial numbers fit many times. */
const json = express.json({ limit: '256kb' });

/**
 * The body of a request as JSON, `undefined` when it has none.
 *
 * @throws Problem when it is something else, or express's own error, which `asProblem` understands.
 */
export async function readJson(request: Request, response: Response): Promise<unknown> {
  const type = request.is('application/json');
  if (type === null || request.headers['content-length'] === '0') return undefined;
  if (type === false)
    throw new Problem('not-json', 'Send JSON, and say so: "Content-Type: application/json".');
  await new Promise<void>((resolve, reject) => {
    json(request, response, (error?: unknown) => {
      if (error instanceof Error) reject(error);
      else resolve();
    });
  });
  const body: unknown = request.body;
  if (isDeeper(body, MOST_DEEP))
    throw new Problem(
      'invalid-request',
      `The body has more than ${MOST_DEEP} levels: no request needs them.`,
    );
  return body;
}

/** What is written by calling itself, such as JSON, ends the stack on a body of nothing but brackets. */
function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}
