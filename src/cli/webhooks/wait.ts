import type { z } from 'zod';
import { eventPage } from '../../contract/resources/webhook-events.js';
import { formatDuration } from '../../config/values/duration.js';
import type { Client } from '../http/client.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exit.js';
import { exactly, printJson, table } from '../output/print.js';
import { explainRefusals, newRefusals, readRefusals } from './refusals.js';

type Event = z.output<typeof eventPage>['events'][number];

/** What `recert webhooks test` waits for. */
export interface DeliveryWait {
  /** Address of the receiver that is asked. */
  url: string;
  instance?: string | undefined;
  event?: string | undefined;
  withinMs: number;
  json: boolean;
}

const LOOK_EVERY_MS = 2_000;

/** Waits until Jamf has sent something that was admitted, and prints it; after `withinMs` says what to look at. */
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
    `Waiting up to ${formatDuration(withinMs)} for Jamf to send ${event ?? 'something'}. On any Mac, sudo jamf recon makes it happen now.`,
  );
  for (;;) {
    const { events } = await page({ event, since: last?.admittedAt, limit: 50 });
    const arrived = newerThan(last, events);
    const late = context.now() >= endAt;
    if (arrived.length > 0 || late) {
      const refused = newRefusals(before, await readRefusals(url));
      if (json) printJson(context, { arrived, refused: Object.fromEntries(refused) });
      else if (arrived.length > 0) context.out(arrivals(arrived, context));
      for (const sentence of explainRefusals(refused))
        context.err(`${context.colors.yellow('!')} ${sentence}`);
      if (arrived.length === 0) context.err(whatToLookAt(url, refused.size > 0));
      return arrived.length > 0 ? EXIT.done : EXIT.failed;
    }
    await context.wait(Math.min(LOOK_EVERY_MS, Math.max(1, endAt - context.now())));
  }
}

/** Ids are those of a Redis stream: milliseconds, and a number for what came within one. */
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
    ['ARRIVED', 'EVENT', 'MAC', 'WAS DONE', 'ON ITS WAY'],
    events.map(({ admittedAt, event, computerId, outcome, at }) => [
      exactly(admittedAt),
      event,
      computerId ?? '–',
      outcome,
      at === null ? '–' : formatDuration(Math.max(0, admittedAt - at)),
    ]),
    colors,
  );
}

function whatToLookAt(url: string, refused: boolean): string {
  return [
    refused ? 'Nothing was admitted. Look at the refusals above first, then:' : 'Nothing arrived. Look at:',
    '  1. recert webhooks apply --dry-run: does Jamf have the webhooks, to the right address?',
    '  2. the way: POST to that address from outside (curl -i -X POST …) must be answered with 401 by Recert, not by a proxy',
    '  3. the certificate there: Jamf accepts only one that is publicly trusted',
    `  4. ${url}/readyz: is the receiver ready?`,
    '  5. has anything happened in Jamf meanwhile? sudo jamf recon on a Mac causes ComputerInventoryCompleted',
  ].join('\n');
}
