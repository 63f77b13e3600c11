import { readdirSync } from 'node:fs';
import { extname } from 'node:path';
import type { RequestHandler } from 'express';

/** The encodings of compressed copies, smallest first. Browsers accept `br` over https only. */
const COPIES = [
  { encoding: 'br', ending: '.br' },
  { encoding: 'gzip', ending: '.gz' },
] as const;

/** Serves the compressed copy that the build wrote beside a file in `folder`, if there is one and the client accepts its encoding. */
export function servePrecompressed(folder: string): RequestHandler {
  const names = new Set(readdirSync(folder).map((name) => `/${name}`));
  return (request, response, next) => {
    response.vary('Accept-Encoding');
    // Checked one at a time: a single check of both encodings would prefer the client's order, and gzip is the larger file.
    const copy = COPIES.find(
      ({ ending, encoding }) => names.has(request.path + ending) && request.acceptsEncodings(encoding),
    );
    if (copy) {
      response.type(extname(request.path)).set('Content-Encoding', copy.encoding);
      request.url = request.path + copy.ending;
    }
    next();
  };
}
