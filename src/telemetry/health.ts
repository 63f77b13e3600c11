import { type RequestHandler, Router } from 'express';
import type { Registry } from 'prom-client';

/** Something is not as it should be, and the process can do its work all the same. */
export interface Note {
  note: string;
}

/** One thing a process needs to be ready: returns what is wrong, `null`, or what is worth knowing though it is ready. */
export type Check = () => Promise<string | Note | null>;

/** Routes that say how a process is: `/healthz` (alive), `/readyz` (can it do its work, and why not), `/metrics` (Prometheus). */
export function healthRoutes({
  checks,
  registry,
}: {
  checks: Readonly<Record<string, Check>>;
  registry: Registry;
}): Router {
  const router = Router();
  router.get('/healthz', (_request, response) => void response.json({ status: 'ok' }));
  router.get('/readyz', readiness(checks));
  router.get('/metrics', async (_request, response) => {
    response.type(registry.contentType).send(await registry.metrics());
  });
  return router;
}

function readiness(checks: Readonly<Record<string, Check>>): RequestHandler {
  return async (_request, response) => {
    const results = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => [name, await check()] as const),
    );
    const ready = results.every(([, result]) => typeof result !== 'string');
    response
      .status(ready ? 200 : 503)
      .json({
        status: ready ? 'ready' : 'not ready',
        checks: Object.fromEntries(results.map(([name, result]) => [name, textOf(result)])),
      });
  };
}

function textOf(result: Awaited<ReturnType<Check>>): string {
  if (result === null) return 'ok';
  return typeof result === 'string' ? result : `ok: ${result.note}`;
}
