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

/** Path of the queue board. */
const PATH = '/queues';

/**
 * Serves the queue board (bull-board) to signed-in users. Two measures make the board read-only: the option of
 * bull-board, and a handler that rejects all requests except GET and HEAD. Must be mounted after the webhook routes,
 * because the board is a separate express application that replaces the prototypes of every request that reaches it.
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
  const router = Router({ caseSensitive: true });
  router.use(PATH, onlySignedIn(services), onlyReading, removeBlockedContent, board);
  return router;
}

const WEB_FONT = /<link href="https:[^>]*>/gu;
const LOADING_SCREEN = /(<div id="root">)[\s\S]*?<\/style>\s*(<\/div>)/u;

/**
 * Removes from the page what its Content-Security-Policy blocks: an external web font, and a loading screen with
 * inline styles.
 */
const removeBlockedContent: RequestHandler = (_request, response, next) => {
  const send = response.send.bind(response);
  response.send = (body: unknown) =>
    send(typeof body === 'string' ? body.replace(WEB_FONT, '').replace(LOADING_SCREEN, '$1$2') : body);
  next();
};

/** Redirects browsers without a session to the sign-in page, and then back to the board. Other clients receive a problem. */
function onlySignedIn(services: ApiServices): RequestHandler {
  return async (request, response, next) => {
    try {
      const who = await authenticate(senderOf(request, services.config.http.publicUrl), services);
      if (who && who.instances !== null)
        throw new Problem(
          'not-allowed',
          'The queues contain jobs of all Jamf Pro servers, but your token has access to some servers only.',
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

/** Returns a link from a job to the console. The ID of a `redistribute` job is the ID of its redistribution. */
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
