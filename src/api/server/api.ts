import { Router } from 'express';
import type { Config } from '../../config/schema.js';
import { createWholeScopeConnection } from '../../jamf/resources/redeploy.js';
import type { Producers } from '../../queues/producers.js';
import type { Queues } from '../../queues/queues.js';
import type { Stores } from '../../store/open-stores.js';
import { createFailedJobs } from '../../queues/failed-jobs.js';
import { finishedSweeps } from '../../queues/finished-sweeps.js';
import type { Replay } from '../../application/webhooks/replayable.js';
import type { Telemetry } from '../../telemetry/bus.js';
import { docsRoutes } from '../pages/docs.js';
import { createSignInRateLimit } from '../auth/sign-in-rate-limit.js';
import type { LiveHub } from '../live/hub.js';
import { mountRoutes } from './mount-routes.js';
import { openApiDocument } from './openapi.js';
import { problemHandler, sendProblem } from '../http/problem-response.js';
import { Problem } from '../../contract/problem.js';
import { queueBoard } from '../pages/queue-board.js';
import { queueStats } from '../../queues/queue-stats.js';
import { routes } from './routes.js';
import { neverStored, securityHeaders } from '../http/security-headers.js';
import type { ApiServices } from './services.js';
import { createLoginStates } from '../auth/login-state.js';
import { createProvider } from '../auth/oidc-provider.js';
import { createTokenVerifier } from '../auth/tokens.js';

/** Dependencies of the ops API and the queue board. */
export interface ApiDeps {
  config: Config;
  /** Collections in Redis, over a connection with the purpose `request`. */
  stores: Stores;
  queues: Queues;
  producers: Producers;
  /**
   * Delivers live changes. The code that creates the hub must also close it, because live connections stay open
   * until then.
   */
  live: LiveHub;
  /** Processes an event from the event log again. */
  replay: Replay;
  telemetry: Telemetry;
  now: () => number;
  /** Version of Recert, from package.json. */
  version: string;
}

/** Maximum number of failed sign-ins per minute from one address. Further attempts are rejected. */
const MAX_FAILURES_PER_MINUTE = 20;

/**
 * Serves the ops API under /api and the queue board under /queues. The router must be mounted after the webhook
 * and health routes: it sets security headers on its paths, and the queue board is a separate express application
 * that adds work to every request that reaches it.
 */
export function apiRoutes(deps: ApiDeps): Router {
  const services = createServices(deps);
  const api = Router({ caseSensitive: true });
  const document = openApiDocument(routes, { version: deps.version });
  api.get('/api/openapi.json', (_request, response) => {
    response.json(document);
  });
  api.use(docsRoutes());
  api.use(mountRoutes(routes, services, createSignInRateLimit(MAX_FAILURES_PER_MINUTE)));
  api.use('/api', (request, response) => {
    sendProblem(
      response,
      new Problem(
        'not-found',
        `${request.baseUrl}${request.path} does not exist. /api/openapi.json lists all paths.`,
      ),
    );
  });
  api.use(problemHandler(deps.telemetry));

  const { assess, redistribute, sweep, notify, batch } = deps.queues;
  const router = Router({ caseSensitive: true });
  router.use(['/api', '/queues'], securityHeaders());
  router.use('/api', neverStored);
  router.use(api);
  router.use(queueBoard([assess, redistribute, sweep, notify, batch], services));
  return router;
}

/** Connects stores, queues and telemetry to the services that the API handlers call. */
function createServices(deps: ApiDeps): ApiServices {
  const { config, stores, queues, producers, live, replay, telemetry, now, version } = deps;
  return {
    ...stores,
    config,
    version,
    now,
    telemetry,
    producers,
    live,
    connectWholeScope: (instance, settings) =>
      createWholeScopeConnection({ instance, telemetry, now, settings: { ...settings, maxConnections: 1 } }),
    tokens: createTokenVerifier(config.tokens, stores.issuedTokens, now),
    oidc: createOidc(config, now),
    replay,
    failedJobs: createFailedJobs(queues),
    queueStats: () => queueStats(queues),
    finishedSweeps: () => finishedSweeps(queues),
  };
}

function createOidc({ signIn, http }: Config, now: () => number): ApiServices['oidc'] {
  if (!signIn.oidc || http.publicUrl === undefined) return null;
  return {
    provider: createProvider(signIn.oidc, http.publicUrl, now),
    attempts: createLoginStates(signIn.oidc.clientSecret.reveal(), now),
  };
}
