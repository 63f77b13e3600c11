import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import express, { type RequestHandler, Router } from 'express';
import { compressedFirst } from '../http/compression.js';
import { sendProblem } from "../http/problem-response.js";
import { Problem } from '../../contract/problem.js';
import { securityHeaders } from '../http/security-headers.js';

/** What the build of the console leaves where a nonce belongs: `html.cspNonce` in console/vite.config.ts. */
const NONCE_PLACE = 'RECERT_CSP_NONCE';
/** Where the built console may be, as seen from this file: when it is built itself, and when it runs from its source. */
const FOLDERS = ['../../../console/', '../../../dist/console/'];
/** Never a page of the console, even when nobody else has answered: a program, or who asks for a file, must get a 404 and not a page. */
const NOT_PAGES = /^\/(?:api|webhooks|queues|assets|healthz|readyz|metrics)(?:\/|$)|\.(?!html$)\w+$/u;

/** Folder of the built console, `null` when it was not built. */
function consoleFolder(): string | null {
  const found = FOLDERS.map((path) => fileURLToPath(new URL(path, import.meta.url))).find((folder) =>
    existsSync(join(folder, 'assets')),
  );
  return found ?? null;
}

/**
 * The web console: its files, and its page for every address that may be one of its pages. Mount it last: what it does not answer
 * goes on to whoever says that there is nothing.
 */
export function consoleRoutes(folder: string | null = consoleFolder()): Router {
  const router = Router();
  const secure = securityHeaders();
  if (folder !== null)
    router.use(
      '/assets',
      secure,
      compressedFirst(join(folder, 'assets')),
      // Vite names these files by a hash of their content.
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
      .send(html.replaceAll(NONCE_PLACE, nonce));
  };
}

const notBuilt: RequestHandler = (_request, response) => {
  sendProblem(response, new Problem('not-found', 'The console is not built: `npm run build` builds it.'));
};

/**
 * Nothing but our own files runs. Style elements need the nonce of this very answer: Mantine makes its variables so, and a dialog
 * its scroll lock.
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
