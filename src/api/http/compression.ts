import { readdirSync } from 'node:fs';
import { extname } from 'node:path';
import type { RequestHandler } from 'express';

/** Encodings of the compressed copies, smallest first. Browsers accept `br` only over https. */
const COPIES = [
  { encoding: 'br', ending: '.br' },
  { encoding: 'gzip', ending: '.gz' },
] as const;

/**
 * Serves the compressed copy that the build wrote next to a file in `folder`, if there is such a copy and the
 * client accepts its encoding.
 */
export function servePrecompressed(folder: string): RequestHandler {
  const names = new Set(readdirSync(folder).map((name) => `/${name}`));
  return (request, response, next) => {
    response.vary('Accept-Encoding');
    // The encodings are checked one at a time. A single check of both encodings would follow the preference of the
    // client, which may be gzip, and gzip files are larger.
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
