import express, { Router, type NextFunction, type Request, type Response } from 'express';
import { z } from 'zod';
import { duration } from '../../duration.js';
import { WorldError, type World } from '../../world/world.js';
import type { Backend } from '../backend.js';
import { faultsSchema } from '../faults/schema.js';
import { runAction } from './actions.js';
import { describeComputer, listComputers, summarise } from './state.js';

const timeSchema = z.strictObject({
  advance: duration.optional(),
  squeeze: z.number().positive().optional(),
});

const requestQuery = z.object({
  method: z.string().optional(),
  path: z.string().optional(),
  after: z.coerce.number().int().optional(),
});

/** Routes of the control API, to be mounted at /__simulator. No authentication; only loopback connections are accepted. */
export function controlRoutes(backend: Backend): Router {
  const { world, faults, requests } = backend;
  const router = Router();
  router.use(loopbackOnly);
  router.use(express.json({ limit: '1mb' }));

  router.get('/state', (_req, res) => {
    res.json(summarise(backend));
  });
  router.get('/computers', (req, res) => {
    res.json(listComputers(world, req.query['due'] === 'true'));
  });
  router.get('/computers/:id', (req, res) => {
    res.json(describeComputer(world, Number(req.params.id)));
  });
  router.get('/issuances', (_req, res) => {
    res.json(world.ca.log());
  });
  router.get('/deliveries', (_req, res) => {
    res.json(world.deliveries.log());
  });

  router.get('/requests', (req, res) => {
    const { method, path, after = 0 } = requestQuery.parse(req.query);
    const wanted = path === undefined ? null : new RegExp(path);
    const matching = requests
      .all()
      .filter((entry) => entry.number > after)
      .filter((entry) => method === undefined || entry.method === method.toUpperCase())
      .filter((entry) => !wanted || wanted.test(entry.path));
    res.json(matching);
  });
  router.delete('/requests', (_req, res) => {
    requests.clear();
    res.status(204).end();
  });

  router.get('/faults', (_req, res) => {
    res.json(faults.show());
  });
  router.put('/faults', (req, res) => {
    faultsSchema.parse(req.body);
    faults.set(req.body as z.input<typeof faultsSchema>);
    res.json(faults.show());
  });
  router.delete('/faults', (_req, res) => {
    faults.clear();
    res.status(204).end();
  });

  router.get('/time', (_req, res) => {
    res.json(timeOf(world));
  });
  router.post('/time', async (req, res) => {
    const { advance, squeeze } = timeSchema.parse(req.body);
    if (squeeze !== undefined) world.clock.squeeze = squeeze;
    if (advance !== undefined) await world.clock.advance(advance);
    res.json(timeOf(world));
  });

  router.post('/actions', (req, res) => {
    res.json(runAction(world, req.body));
  });

  router.use((req, res) => {
    res.status(404).json({ error: `The control API has no ${req.method} ${req.originalUrl}` });
  });
  router.use(sendControlError);
  return router;
}

function timeOf({ clock }: World): object {
  const now = clock.now();
  return {
    now,
    iso: new Date(now).toISOString(),
    squeeze: clock.squeeze,
    rhythmElapsedMs: clock.rhythmElapsedMs(),
    scheduled: clock.scheduled,
    happened: clock.happened,
  };
}

function loopbackOnly(req: Request, res: Response, next: NextFunction): void {
  const address = req.socket.remoteAddress ?? '';
  if (/^(::1$|(::ffff:)?127\.)/.test(address)) next();
  else res.status(403).json({ error: 'The control API accepts only loopback connections' });
}

function sendControlError(error: unknown, _req: Request, res: Response, next: NextFunction): void {
  if (error instanceof z.ZodError) {
    res.status(400).json({ error: z.prettifyError(error), issues: error.issues });
  } else if (error instanceof WorldError) {
    res.status(error.code === 'invalid' ? 409 : 404).json({ error: error.message, code: error.code });
  } else if (error instanceof SyntaxError) {
    res.status(400).json({ error: error.message });
  } else next(error);
}
