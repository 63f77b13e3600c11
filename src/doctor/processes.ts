import { z } from 'zod';
import { queueStats } from '../queues/queue-stats.js';
import { formatDuration } from '../config/values/duration.js';
import { QUEUES } from '../contract/queue-names.js';
import type { Queues } from '../queues/queues.js';
import type { EventLog } from '../store/admission/event-log.js';
import { type Finding, fail, messageOf, ok, warn } from './finding.js';

const readinessSchema = z.object({ status: z.string(), checks: z.record(z.string(), z.string()) });
const TIMEOUT_MS = 10_000;

/** Asks a receiver or a worker whether it can do its work. */
export async function checkReadiness(check: 'receiver' | 'worker', url: string): Promise<Finding> {
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    body = await response.json().catch(() => undefined);
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return fail(
      check,
      `${url} cannot be reached (${messageOf(cause)})`,
      'Is it running, and is the address right?',
    );
  }
  const parsed = readinessSchema.safeParse(body);
  if (!parsed.success)
    return fail(
      check,
      `${url}/readyz answered ${response.status}, and not as Recert does`,
      'Is the address right, or does a proxy answer?',
    );
  if (response.ok) return ok(check, `${url} is ready`);
  const wrong = Object.entries(parsed.data.checks).filter(([, said]) => said !== 'ok');
  return fail(
    check,
    `${url} is not ready: ${wrong.map(([name, said]) => `${name} ${said}`).join('; ')}`,
    'Mend that first; it becomes ready by itself.',
  );
}

/** Whether somebody takes from every queue: told by Redis, wherever the workers run. */
export async function checkWorkers(queues: Queues): Promise<Finding> {
  const check = 'workers';
  try {
    const looks = await queueStats(queues);
    const idle = QUEUES.filter((name) => looks[name].workers === 0);
    if (idle.length === 0)
      return ok(check, `${Math.min(...QUEUES.map((name) => looks[name].workers))} at work`);
    return fail(check, `nobody takes from ${idle.join(', ')}`, 'Start one with recert work.');
  } catch (error) {
    return warn(
      check,
      `Redis does not say who is connected (${messageOf(error)})`,
      'See /readyz of the worker.',
    );
  }
}

/** Nothing heard for so long is worth a word: Macs check in every 15 minutes. */
const QUIET_MS = 6 * 3_600_000;

/** Whether Jamf has sent something of late. */
export async function checkArrivals(log: EventLog, instance: string, now: number): Promise<Finding> {
  const check = 'last webhook';
  const [last] = await log.page(instance, { limit: 1 });
  const todo = 'recert webhooks test waits for the next one and says what to look at.';
  if (!last) return warn(check, 'none has arrived yet', todo);
  const said = `${last.event}, ${formatDuration(Math.max(0, now - last.admittedAt))} ago`;
  return now - last.admittedAt > QUIET_MS ? warn(check, said, todo) : ok(check, said);
}
