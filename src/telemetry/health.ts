import { type RequestHandler, Router } from 'express';

/** A problem that is reported by `/readyz` but does not make the process unready. */
export interface Note {
  note: string;
}

/** A readiness check. Returns a problem as text (not ready), `null` (ready), or a note (ready, with a problem to report). */
export type Check = () => Promise<string | Note | null>;

/**
 * Creates the routes `/healthz` (liveness), `/readyz` (readiness, with the result of each check; 503 when not
 * ready) and, if given, `/metrics` (Prometheus).
 */
export function healthRoutes({
  checks,
  metrics,
}: {
  checks: Readonly<Record<string, Check>>;
  metrics?: RequestHandler | undefined;
}): Router {
  // A proxy that blocks `/metrics` must not be bypassed with `/METRICS` or `/metrics/`.
  const router = Router({ caseSensitive: true, strict: true });
  router.get('/healthz', (_request, response) => void response.json({ status: 'ok' }));
  router.get('/readyz', readiness(checks));
  if (metrics) router.get('/metrics', metrics);
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
