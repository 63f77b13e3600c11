import { Router } from 'express';
import type { Redis } from 'ioredis';
import type { Config } from '../../config/schema.js';
import { createWholeScopeConnection } from '../../jamf/resources/redeploy.js';
import type { Producers } from '../../queues/producers.js';
import type { Queues } from '../../queues/queues.js';
import { openStores } from '../../store/open-stores.js';
import { finishedSweeps } from '../../queues/finished-sweeps.js';
import type { Replay } from '../../application/webhooks/replayable.js';
import type { Telemetry } from '../../telemetry/bus.js';
import { docsRoutes } from '../pages/docs.js';
import { createFailureLimit } from '../auth/sign-in-rate-limit.js';
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
import { createAttemptBook } from '../auth/login-state.js';
import { createProvider } from '../auth/oidc-provider.js';
import { createTokenBook } from '../auth/tokens.js';

/** What the people's side of the receiver is made of. */
export interface ApiDeps {
  config: Config;
  /** A connection of purpose `request`. */
  redis: Redis;
  queues: Queues;
  producers: Producers;
  /** Closed by whoever made it: its connections do not end by themselves. */
  live: LiveHub;
  /** Admits an event of the log again. */
  replay: Replay;
  telemetry: Telemetry;
  now: () => number;
  /** Version of Recert, from package.json. */
  version: string;
}

/** Failed sign-ins a minute from one address before it has to wait. */
const FAILURES_A_MINUTE = 20;

/**
 * The people's side: the ops API under /api and the queue board under /queues. Mount it behind webhooks and health: it sets headers on
 * what it answers, and the board is an application of its own.
 */
export function apiRoutes(deps: ApiDeps): Router {
  const services = createServices(deps);
  const api = Router();
  const document = openApiDocument(routes, { version: deps.version });
  api.get('/api/openapi.json', (_request, response) => {
    response.json(document);
  });
  api.use(docsRoutes());
  api.use(mountRoutes(routes, services, createFailureLimit(FAILURES_A_MINUTE)));
  api.use('/api', (request, response) => {
    sendProblem(
      response,
      new Problem(
        'not-found',
        `There is nothing at ${request.baseUrl}${request.path}. /api/openapi.json lists what there is.`,
      ),
    );
  });
  api.use(problemHandler(deps.telemetry));

  const { assess, redistribute, sweep, notify, batch } = deps.queues;
  const router = Router();
  router.use(['/api', '/queues'], securityHeaders());
  router.use('/api', neverStored);
  router.use(api);
  router.use(queueBoard([assess, redistribute, sweep, notify, batch], services));
  return router;
}

/** Everything that handlers work with, over one connection. */
function createServices(deps: ApiDeps): ApiServices {
  const { config, redis, queues, producers, live, replay, telemetry, now, version } = deps;
  const stores = openStores({ redis, config, telemetry, now });
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
    tokens: createTokenBook(config.tokens, stores.issuedTokens, now),
    oidc: createOidc(config, now),
    replay,
    queueStats: () => queueStats(queues),
    finishedSweeps: () => finishedSweeps(queues),
  };
}

function createOidc({ signIn, http }: Config, now: () => number): ApiServices['oidc'] {
  if (!signIn.oidc || http.publicUrl === undefined) return null;
  return {
    provider: createProvider(signIn.oidc, http.publicUrl, now),
    attempts: createAttemptBook(signIn.oidc.clientSecret.reveal(), now),
  };
}
