import { Router } from 'express';
import type { Redis } from 'ioredis';
import type { Config } from '../../config/schema.js';
import type { Producers } from '../../queues/producers.js';
import type { Queues } from '../../queues/queues.js';
import { createAuditStore } from '../../store/audit/audit.js';
import { createBatchStore } from '../../store/batches/batches.js';
import { createBreakGlassStore } from '../../store/access/break-glass.js';
import { createComputerStore } from '../../store/computers/computers.js';
import { createCursorStore } from '../../store/cursors/cursors.js';
import { createEventLog } from '../../store/admission/event-log.js';
import { createHints } from '../../store/hints/hints.js';
import { createIdempotencyStore } from '../../store/audit/idempotency.js';
import { keysUnder } from '../../store/redis/keys.js';
import { createLeaseStore } from '../../store/redistributions/leases.js';
import { createLimitStore } from '../../store/limits/limits.js';
import { createNativeStore } from '../../store/redistributions/jamf-renewal-counts.js';
import { createProfileAuditStore } from '../../store/profiles/profile-audits.js';
import { createProfileStore } from '../../store/profiles/profiles.js';
import { createRedistributionStore } from '../../store/redistributions/redistributions.js';
import { createSessionStore } from '../../store/access/sessions.js';
import { createTokenStore } from '../../store/access/tokens.js';
import type { Telemetry } from '../../telemetry/bus.js';
import { createReplay } from '../../webhooks/admission/replay.js';
import type { BatchRunner } from '../../application/redistribution/request/batch.js';
import { docsRoutes } from '../pages/docs.js';
import { createFailureLimit } from '../auth/sign-in-rate-limit.js';
import type { LiveHub } from '../live/hub.js';
import { mountRoutes } from './mount-routes.js';
import { openApiDocument } from './openapi.js';
import { problemHandler, sendProblem } from "../http/problem-response.js";
import { Problem } from '../../contract/problem.js';
import { queueBoard } from '../pages/queue-board.js';
import { lookAtQueues } from '../../queues/queue-stats.js';
import { routes } from './routes.js';
import { createWholeScopeStore } from '../../store/batches/whole-scope.js';
import { neverStored, securityHeaders } from '../http/security-headers.js';
import type { ApiServices } from './services.js';
import { createAttemptBook } from '../auth/login-state.js';
import { createProvider } from '../auth/oidc-provider.js';
import { signsOfLife } from '../../application/fleet/last-activity.js';
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
  /** Closed by whoever made it. */
  batchRunner: BatchRunner;
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

  const { assess, redistribute, sweep, notify } = deps.queues;
  const router = Router();
  router.use(['/api', '/queues'], securityHeaders());
  router.use('/api', neverStored);
  router.use(api);
  router.use(queueBoard([assess, redistribute, sweep, notify], services));
  return router;
}

/** Everything that handlers work with, over one connection. */
function createServices(deps: ApiDeps): ApiServices {
  const { config, redis, queues, producers, live, batchRunner, telemetry, now, version } = deps;
  const key = keysUnder(config.redis.prefix);
  const events = createEventLog({ redis, key });
  const cursors = createCursorStore({ redis, key });
  const computers = createComputerStore({ redis, key });
  const issuedTokens = createTokenStore({ redis, key });
  return {
    config,
    version,
    now,
    telemetry,
    producers,
    live,
    batchRunner,
    tokens: createTokenBook(config.tokens, issuedTokens, now),
    issuedTokens,
    oidc: createOidc(config, now),
    breakGlass: createBreakGlassStore({ redis, key }),
    sessions: createSessionStore({ redis, key, idleMs: config.signIn.idle }),
    idempotency: createIdempotencyStore({ redis, key }),
    audit: createAuditStore({ redis, key, keepMs: config.audit.keep, now }),
    batches: createBatchStore({ redis, key }),
    computers,
    profiles: createProfileStore({ redis, key, config }),
    profileAudits: createProfileAuditStore({ redis, key }),
    redistributions: createRedistributionStore({ redis, key }),
    limits: createLimitStore({ redis, key, telemetry }),
    leases: createLeaseStore({ redis, key }),
    natives: createNativeStore({ redis, key }),
    wholeScopes: createWholeScopeStore({ redis, key }),
    events,
    replay: createReplay({ config, redis, key, computers, producers, telemetry, now }),
    hints: createHints({ redis, key, now }),
    lookAtQueues: () => lookAtQueues(queues),
    signsOfLife: (instance) => signsOfLife(instance, { events, cursors, queues }),
  };
}

function createOidc({ signIn, http }: Config, now: () => number): ApiServices['oidc'] {
  if (!signIn.oidc || http.publicUrl === undefined) return null;
  return {
    provider: createProvider(signIn.oidc, http.publicUrl, now),
    attempts: createAttemptBook(signIn.oidc.clientSecret.reveal(), now),
  };
}
