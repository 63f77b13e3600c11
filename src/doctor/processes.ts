import { z } from 'zod';
import { formatDuration } from '../config/values/duration.js';
import type { Overview } from '../contract/resources/overview.js';
import type { EventLog } from '../store/admission/event-log.js';
import { type Finding, fail, ok, warn } from './finding.js';
import { causeOf } from '../process/error-message.js';

const readinessSchema = z.object({ status: z.string(), checks: z.record(z.string(), z.string()) });
const TIMEOUT_MS = 10_000;

/** Checks the readiness (`/readyz`) of a receiver or a worker. */
export async function checkReadiness(check: 'receiver' | 'worker', url: string): Promise<Finding> {
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    body = await response.json().catch(() => undefined);
  } catch (error) {
    return fail(
      check,
      `${url} cannot be reached (${causeOf(error)})`,
      'Check that the process is running and that the address is correct.',
    );
  }
  const parsed = readinessSchema.safeParse(body);
  if (!parsed.success)
    return fail(
      check,
      `${url}/readyz returned HTTP ${response.status}, which is not a Recert response`,
      'Check the address. A proxy may have responded instead of Recert.',
    );
  if (response.ok) return ok(check, `${url} is ready`);
  const wrong = Object.entries(parsed.data.checks).filter(([, said]) => said !== 'ok');
  return fail(
    check,
    `${url} is not ready: ${wrong.map(([name, said]) => `${name} ${said}`).join('; ')}`,
    'Fix these problems. The process then becomes ready automatically.',
  );
}

/**
 * Checks the setup steps of one Jamf Pro server, which the page Set-up of the console shows too. A missing worker is
 * a failure. Any other incomplete step is a warning.
 */
export function judgeSetup({ setup }: Pick<Overview['instances'][number], 'setup'>): Finding[] {
  return setup.map(({ id, title, text, todo, command }) => {
    const check = `setup ${id}`;
    if (text === null) return ok(check, title);
    const remedy = [todo, command === null ? '' : `Command: ${command}`].filter(Boolean).join(' ');
    return (id === 'worker' ? fail : warn)(check, text.replace(/\.$/u, ''), remedy);
  });
}

/** If no webhook has arrived for this long, a warning is issued, milliseconds. Macs check in every 15 minutes by default. */
const QUIET_MS = 6 * 3_600_000;

/**
 * Checks when the last webhook from Jamf Pro arrived. Returns no finding if none has arrived, because the setup
 * steps report that.
 */
export async function checkArrivals(log: EventLog, instance: string, now: number): Promise<Finding[]> {
  const check = 'last webhook';
  const [last] = await log.page(instance, { limit: 1 });
  const todo = 'Run recert webhooks test, which waits for the next webhook and shows what to check.';
  if (!last) return [];
  const said = `${last.event}, ${formatDuration(Math.max(0, now - last.admittedAt))} ago`;
  return [now - last.admittedAt > QUIET_MS ? warn(check, said, todo) : ok(check, said)];
}
