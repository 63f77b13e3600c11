import express, { type Request, type Response } from 'express';
import { Problem } from './problem.js';

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
  return body;
}
