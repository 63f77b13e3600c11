import { readdirSync } from 'node:fs';
import { extname } from 'node:path';
import type { RequestHandler } from 'express';

/** Compressed copies of a file, the smaller first. A browser takes `br` over https only. */
const COPIES = [
  { encoding: 'br', ending: '.br' },
  { encoding: 'gzip', ending: '.gz' },
] as const;

/** Answers with the compressed copy that the build left beside a file, when there is one and the browser takes it. */
export function compressedFirst(folder: string): RequestHandler {
  const names = new Set(readdirSync(folder).map((name) => `/${name}`));
  return (request, response, next) => {
    response.vary('Accept-Encoding');
    // One by one: asked about both at once, a browser that names gzip first would get the larger.
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
