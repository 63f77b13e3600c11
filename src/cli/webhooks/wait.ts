import type { z } from 'zod';
import { eventPage } from '../../contract/resources/webhook-events.js';
import { formatDuration } from '../../config/values/duration.js';
import type { Client } from '../http/client.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exit.js';
import { actionLabel, exactly, printJson, table } from '../output/print.js';
import { explainRefusals, newRefusals, readRefusals } from './refusals.js';

type Event = z.output<typeof eventPage>['events'][number];

/** Options of `recert webhooks test`, which waits for a webhook to arrive. */
export interface DeliveryWait {
  /** Address of the receiver to ask for new events. */
  url: string;
  instance?: string | undefined;
  event?: string | undefined;
  withinMs: number;
  json: boolean;
}

const POLL_MS = 2_000;

/**
 * Waits until Recert accepts a webhook from Jamf Pro, and prints it. After `withinMs` milliseconds, prints what to
 * check.
 */
export async function waitForDelivery(
  { url, instance, event, withinMs, json }: DeliveryWait,
  client: Client,
  context: Context,
): Promise<ExitCode> {
  const page = (query: Record<string, string | number | undefined>) =>
    client({ path: 'events', query: { instance, ...query }, answer: eventPage });
  const [last] = (await page({ limit: 1 })).events;
  const before = await readRefusals(url);
  const endAt = context.now() + withinMs;
  context.err(
    `Waiting up to ${formatDuration(withinMs)} for ${event ?? 'a webhook'} from Jamf Pro. To trigger one, run sudo jamf recon on any Mac.`,
  );
  for (;;) {
    const { events } = await page({ event, since: last?.admittedAt, limit: 50 });
    const arrived = newerThan(last, events);
    const timedOut = context.now() >= endAt;
    if (arrived.length > 0 || timedOut) {
      const refused = newRefusals(before, await readRefusals(url));
      if (json) printJson(context, { arrived, refused: Object.fromEntries(refused) });
      else if (arrived.length > 0) context.out(arrivals(arrived, context));
      for (const sentence of explainRefusals(refused))
        context.err(`${context.colors.yellow('!')} ${sentence}`);
      if (arrived.length === 0) context.err(troubleshooting(url, refused.size > 0));
      return arrived.length > 0 ? EXIT.done : EXIT.failed;
    }
    await context.wait(Math.min(POLL_MS, Math.max(1, endAt - context.now())));
  }
}

/**
 * Returns the events that were received after `last`. Event IDs are IDs of Redis stream entries: milliseconds and
 * a sequence number.
 */
function newerThan(last: Event | undefined, events: readonly Event[]): Event[] {
  if (!last) return [...events];
  const [lastMs = 0, lastNumber = 0] = last.id.split('-').map(Number);
  return events.filter(({ id }) => {
    const [ms = 0, number = 0] = id.split('-').map(Number);
    return ms > lastMs || (ms === lastMs && number > lastNumber);
  });
}

function arrivals(events: readonly Event[], { colors }: Context): string {
  return table(
    ['RECEIVED', 'EVENT', 'MAC', 'ACTION', 'DELAY'],
    events.map(({ admittedAt, event, computerId, outcome, at }) => [
      exactly(admittedAt),
      event,
      computerId ?? '–',
      actionLabel(outcome),
      at === null ? '–' : formatDuration(Math.max(0, admittedAt - at)),
    ]),
    colors,
  );
}

function troubleshooting(url: string, refused: boolean): string {
  return [
    refused
      ? 'No webhook was accepted. First check the refusals above, then:'
      : 'No webhook arrived. Check the following:',
    '  1. Run recert webhooks apply --dry-run: Jamf Pro must have the webhooks, with the correct URL.',
    '  2. Send a POST request to that URL from outside (curl -i -X POST …): the response must be 401, and it must come from Recert, not from a proxy.',
    '  3. Check the TLS certificate of that URL: Jamf Pro accepts only publicly trusted certificates.',
    `  4. Check ${url}/readyz: the receiver must be ready.`,
    '  5. Trigger an event: sudo jamf recon on a Mac causes ComputerInventoryCompleted.',
  ].join('\n');
}
