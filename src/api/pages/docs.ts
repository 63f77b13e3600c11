import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import express, { type RequestHandler, Router } from 'express';
import { compressedFirst } from '../http/compression.js';
import { sendProblem } from "../http/problem-response.js";
import { Problem } from '../../contract/problem.js';

const PATH = '/api/docs';
/** Where the files of Swagger UI may be, as seen from this file: beside the build, and in its package when it runs from its source. */
const FOLDERS = ['../../../api-docs/', '../../../node_modules/swagger-ui-dist/'];
/** All that is served of the package. */
const FILES = /^\/swagger-ui(?:-bundle\.js|\.css)$/u;

/** Nothing inline, so that the policy of every other page holds here, too. */
const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Recert: the ops API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${PATH}/swagger-ui.css">
<link rel="stylesheet" href="${PATH}/page.css">
<script defer src="${PATH}/swagger-ui-bundle.js"></script>
<script defer src="${PATH}/page.js"></script>
</head>
<body>
<header><a href="/">Recert</a> <span>Whoever is signed in there is signed in here. What is tried here is done.</span></header>
<main id="docs"></main>
</body>
</html>
`;

const STYLE = `body { margin: 0; }
header { padding: 12px 20px; font: 15px/1.5 system-ui, sans-serif; background: #10302b; color: #fff; }
header a { margin-right: 16px; color: #63dcc4; font-weight: 700; }
`;

/** The validator of Swagger is somebody else's server. */
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
 * The interactive documentation. Open to anybody, as the document it shows: both say how Recert is made and nothing of a fleet, and whoever
 * writes a client needs them before there is a token. What is tried there needs the same sign-in as everything else.
 */
export function docsRoutes(folder: string | null = docsFolder()): Router {
  const router = Router();
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
    compressedFirst(folder),
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

/** The name of such a file stays the same from version to version: a browser asks each time whether its copy is good. */
const onlyFiles: RequestHandler = (request, response, next) => {
  if (FILES.test(request.path)) response.set('Cache-Control', 'no-cache');
  next(FILES.test(request.path) ? undefined : 'router');
};

const notBuilt: RequestHandler = (_request, response) => {
  sendProblem(
    response,
    new Problem('not-found', 'The documentation is not built: `npm run build` builds it.'),
  );
};
