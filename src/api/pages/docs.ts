import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import express, { type RequestHandler, Router } from 'express';
import { servePrecompressed } from '../http/compression.js';
import { sendProblem } from '../http/problem-response.js';
import { Problem } from '../../contract/problem.js';

const PATH = '/api/docs';
/**
 * Possible folders of the Swagger UI files, relative to this file: next to the build, and in the npm package when
 * this file runs from the source.
 */
const FOLDERS = ['../../../api-docs/', '../../../node_modules/swagger-ui-dist/'];
/** Files of the npm package that are served. All other files return 404. */
const FILES = /^\/swagger-ui(?:-bundle\.js|\.css)$/u;

/** The page has no inline script or style, so it works with the same Content-Security-Policy as the other pages. */
const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Recert: ops API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${PATH}/swagger-ui.css">
<link rel="stylesheet" href="${PATH}/page.css">
<script defer src="${PATH}/swagger-ui-bundle.js"></script>
<script defer src="${PATH}/page.js"></script>
</head>
<body>
<header><a href="/">Recert</a> <span>You are signed in with your console session. “Try it out” runs real requests.</span></header>
<main id="docs"></main>
</body>
</html>
`;

const STYLE = `body { margin: 0; }
header { padding: 12px 20px; font: 15px/1.5 system-ui, sans-serif; background: #10302b; color: #fff; }
header a { margin-right: 16px; color: #63dcc4; font-weight: 700; }
`;

/** With `validatorUrl: null`, Swagger UI does not send the document to a public validator. */
const SCRIPT = `SwaggerUIBundle({
  url: '/api/openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
});
`;

/**
 * Serves the interactive API documentation. The documentation needs no sign-in, like the OpenAPI document that it
 * shows: both contain no data of a fleet, and developers need them before they have a token. Requests that are
 * sent from the page need the usual sign-in.
 */
export function docsRoutes(folder: string | null = docsFolder()): Router {
  const router = Router({ caseSensitive: true });
  if (folder === null) {
    router.use(PATH, notBuilt);
    return router;
  }
  router.get(PATH, (_request, response) => {
    response.type('html').send(PAGE);
  });
  router.get(`${PATH}/page.css`, (_request, response) => {
    response.type('css').send(STYLE);
  });
  router.get(`${PATH}/page.js`, (_request, response) => {
    response.type('js').send(SCRIPT);
  });
  router.use(
    PATH,
    onlyFiles,
    servePrecompressed(folder),
    express.static(folder, { index: false, redirect: false }),
  );
  return router;
}

function docsFolder(): string | null {
  const found = FOLDERS.map((path) => fileURLToPath(new URL(path, import.meta.url))).find((folder) =>
    existsSync(join(folder, 'swagger-ui-bundle.js')),
  );
  return found ?? null;
}

/** These file names do not change between versions, so browsers must check each time whether their copy is current. */
const onlyFiles: RequestHandler = (request, response, next) => {
  if (FILES.test(request.path)) response.set('Cache-Control', 'no-cache');
  next(FILES.test(request.path) ? undefined : 'router');
};

const notBuilt: RequestHandler = (_request, response) => {
  sendProblem(response, new Problem('not-found', 'The documentation is not built. Run `npm run build`.'));
};
