import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import express, { type RequestHandler, Router } from 'express';
import { servePrecompressed } from '../http/compression.js';
import { sendProblem } from '../http/problem-response.js';
import { Problem } from '../../contract/problem.js';
import { securityHeaders } from '../http/security-headers.js';

/**
 * Placeholder in the built page that is replaced with the nonce of each response: `html.cspNonce` in
 * console/vite.config.ts.
 */
const NONCE_PLACEHOLDER = 'RECERT_CSP_NONCE';
/**
 * Possible folders of the built console, relative to this file: the first when this file runs from the build, the
 * second when it runs from the source.
 */
const FOLDERS = ['../../../console/', '../../../dist/console/'];
/**
 * Paths that never return the page of the console. API clients and requests for files must receive a 404 instead
 * of HTML.
 */
const NOT_PAGES = /^\/(?:api|webhooks|queues|assets|healthz|readyz|metrics)(?:\/|$)|\.(?!html$)\w+$/u;

/** Returns the folder of the built console; `null` when the console is not built. */
function consoleFolder(): string | null {
  const found = FOLDERS.map((path) => fileURLToPath(new URL(path, import.meta.url))).find((folder) =>
    existsSync(join(folder, 'assets')),
  );
  return found ?? null;
}

/**
 * Serves the web console: its static files, and its page for every path that can be a page of the console. The
 * router must be mounted after all other routes; it passes other requests on to the final 404 handler.
 */
export function consoleRoutes(folder: string | null = consoleFolder()): Router {
  const router = Router({ caseSensitive: true });
  const secure = securityHeaders();
  if (folder !== null)
    router.use(
      '/assets',
      secure,
      servePrecompressed(join(folder, 'assets')),
      // Vite puts a hash of the content into these file names, so browsers may cache the files without a time
      // limit.
      express.static(join(folder, 'assets'), {
        index: false,
        immutable: true,
        maxAge: '1y',
        redirect: false,
      }),
    );
  router.get('/{*page}', onlyPages, secure, folder === null ? notBuilt : page(folder));
  return router;
}

const onlyPages: RequestHandler = (request, _response, next) => {
  next(NOT_PAGES.test(request.path) || !request.accepts('html') ? 'router' : undefined);
};

function page(folder: string): RequestHandler {
  const html = readFileSync(join(folder, 'index.html'), 'utf8');
  return (_request, response) => {
    const nonce = randomBytes(16).toString('base64');
    response
      .set('Content-Security-Policy', contentSecurityPolicy(nonce))
      .set('Cache-Control', 'no-store')
      .type('html')
      .send(html.replaceAll(NONCE_PLACEHOLDER, nonce));
  };
}

const notBuilt: RequestHandler = (_request, response) => {
  sendProblem(response, new Problem('not-found', 'The console is not built. Run `npm run build`.'));
};

/**
 * Returns a policy that allows scripts and styles only from this origin. Style elements need the nonce of this
 * response, because Mantine adds its CSS variables and the scroll lock of dialogs as style elements.
 */
function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}
