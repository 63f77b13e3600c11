import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import type { Queue } from 'bullmq';
import { type RequestHandler, Router } from 'express';
import { authenticate } from '../auth/authenticate.js';
import { asProblem, sendProblem } from '../http/problem-response.js';
import { Problem } from '../../contract/problem.js';
import { senderOf } from '../http/sender.js';
import type { ApiServices } from '../server/services.js';

/** The path of the board. */
const PATH = '/queues';

/**
 * The queue board for signed-in users. It is read-only in two ways: by the option of the board, and because only GET and HEAD reach it.
 * The board is a separate express application, which replaces the prototypes of every request that reaches it: mount it after the webhook
 * routes.
 */
export function queueBoard(queues: readonly Queue[], services: ApiServices): Router {
  const adapter = new ExpressAdapter();
  adapter.setBasePath(PATH);
  createBullBoard({
    queues: queues.map(
      (queue) => new BullMQAdapter(queue, { readOnlyMode: true, allowRetries: false, externalJobUrl }),
    ),
    serverAdapter: adapter,
    options: {
      uiConfig: {
        boardTitle: 'Recert queues',
        hideRedisDetails: true,
        miscLinks: [{ text: 'Recert', url: '/' }],
      },
    },
  });
  const board: unknown = adapter.getRouter();
  if (!isHandler(board)) throw new TypeError('bull-board returned no request handler');
  const router = Router();
  router.use(PATH, onlySignedIn(services), onlyReading, removeBlockedContent, board);
  return router;
}

const WEB_FONT = /<link href="https:[^>]*>/gu;
const LOADING_SCREEN = /(<div id="root">)[\s\S]*?<\/style>\s*(<\/div>)/u;

/** Removes what the Content-Security-Policy of the page blocks: an external web font, and a loading screen with inline styles. */
const removeBlockedContent: RequestHandler = (_request, response, next) => {
  const send = response.send.bind(response);
  response.send = (body: unknown) =>
    send(typeof body === 'string' ? body.replace(WEB_FONT, '').replace(LOADING_SCREEN, '$1$2') : body);
  next();
};

/** Redirects browsers without a session to the sign-in page and then back; other clients get a problem. */
function onlySignedIn(services: ApiServices): RequestHandler {
  return async (request, response, next) => {
    try {
      const who = await authenticate(senderOf(request, services.config.http.publicUrl), services);
      if (who && who.instances !== null)
        throw new Problem(
          'not-allowed',
          'The queues contain jobs of all Jamf Pro servers, but your token is limited to some servers.',
        );
      if (who) {
        next();
        return;
      }
      if (request.accepts(['json', 'html']) === 'html') {
        response.redirect(303, `/?next=${encodeURIComponent(PATH)}`);
        return;
      }
      throw new Problem(
        'not-authenticated',
        'Authentication required: sign in at /, or send a Bearer token.',
        {},
        { 'WWW-Authenticate': 'Bearer realm="recert"' },
      );
    } catch (error) {
      sendProblem(response, asProblem(error));
    }
  };
}

const onlyReading: RequestHandler = (request, response, next) => {
  if (request.method === 'GET' || request.method === 'HEAD') next();
  else
    sendProblem(
      response,
      new Problem('method-not-allowed', 'The queue board is read-only.', {}, { Allow: 'GET, HEAD' }),
    );
};

/** Links a job to the console. The ID of a `redistribute` job is the ID of its redistribution. */
function externalJobUrl({ id, name }: { id?: string | number | null | undefined; name: string }): {
  displayText?: string;
  href: string;
} {
  return name === 'redistribute' && id
    ? { displayText: 'View redistribution', href: `/redistributions/${encodeURIComponent(id)}` }
    : { displayText: 'Recert', href: '/' };
}

function isHandler(value: unknown): value is RequestHandler {
  return typeof value === 'function';
}
