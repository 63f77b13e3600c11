import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import type { Queue } from 'bullmq';
import { type RequestHandler, Router } from 'express';
import { authenticate } from '../auth/authenticate.js';
import { asProblem, sendProblem } from "../http/problem-response.js";
import { Problem } from '../../contract/problem.js';
import { senderOf } from '../http/sender.js';
import type { ApiServices } from '../server/services.js';

/** Where the board is mounted. */
const PATH = '/queues';

/**
 * The raw queues for people who are signed in, read-only twice over: the board is told so, and nothing but reading gets to it.
 * It is an express application of its own, which costs every request that reaches it a change of prototypes: mount it behind webhooks.
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
        boardTitle: 'Recert: queues',
        hideRedisDetails: true,
        miscLinks: [{ text: 'Recert', url: '/' }],
      },
    },
  });
  const board: unknown = adapter.getRouter();
  if (!isHandler(board)) throw new TypeError('bull-board gave no handler');
  const router = Router();
  router.use(PATH, onlySignedIn(services), onlyReading, withinOurPolicy, board);
  return router;
}

const WEB_FONT = /<link href="https:[^>]*>/gu;
const LOADING_SCREEN = /(<div id="root">)[\s\S]*?<\/style>\s*(<\/div>)/u;

/** Takes out of the page of the board what our policy refuses anyway: a web font from elsewhere, and a loading screen with inline styles. */
const withinOurPolicy: RequestHandler = (_request, response, next) => {
  const send = response.send.bind(response);
  response.send = (body: unknown) =>
    send(typeof body === 'string' ? body.replace(WEB_FONT, '').replace(LOADING_SCREEN, '$1$2') : body);
  next();
};

/** A person who opens the page is sent to sign in and comes back; a program gets a problem. */
function onlySignedIn(services: ApiServices): RequestHandler {
  return async (request, response, next) => {
    try {
      const who = await authenticate(senderOf(request, services.config.http.publicUrl), services);
      if (who && who.instances !== null)
        throw new Problem(
          'not-allowed',
          'The queues are of all Jamf Pro servers, and your token is for some.',
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
        'The queues are for people who are signed in: sign in at /, or send a Bearer token.',
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
      new Problem(
        'method-not-allowed',
        'The queues are shown and never changed here.',
        {},
        { Allow: 'GET, HEAD' },
      ),
    );
};

/** From the raw job to the page of what it is about: the job of a redistribution has its id. */
function externalJobUrl({ id, name }: { id?: string | number | null | undefined; name: string }): {
  displayText?: string;
  href: string;
} {
  return name === 'redistribute' && id
    ? { displayText: 'The redistribution', href: `/redistributions/${encodeURIComponent(id)}` }
    : { displayText: 'Recert', href: '/' };
}

function isHandler(value: unknown): value is RequestHandler {
  return typeof value === 'function';
}
