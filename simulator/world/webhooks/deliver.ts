import type { SimulatorOptions } from '../../options.js';
import { createRandom } from '../random.js';
import type {
  Delivery,
  DeliveryOutcome,
  Mishaps,
  Webhook,
  WorldEvent,
  WorldFaults,
} from '../webhook-model.js';
import type { Deliveries, Webhooks } from '../contracts/webhooks.js';
import { eventBody, renderBody, type BodyFacts } from './body.js';
import { createSend } from './send.js';

/** Maximum time that a reordered delivery waits for a later one, wall-clock milliseconds. */
const HELD_MS = 500;

/** Dependencies of the delivery of webhooks. */
export interface DeliverContext extends BodyFacts {
  options: SimulatorOptions;
  webhooks: Webhooks;
  faults: WorldFaults;
  mishaps: Mishaps;
}

/** A webhook to deliver. */
interface Message {
  webhook: Webhook;
  event: WorldEvent;
  body: string;
  doubled: boolean;
}

/** The deliveries with the operations that are internal to the world. */
export interface Deliverer extends Deliveries {
  handle: (event: WorldEvent) => void;
  stop(): Promise<void>;
}

function wants(webhook: Webhook, event: WorldEvent): boolean {
  if (!webhook.enabled || webhook.event.toLowerCase() !== event.name.toLowerCase()) return false;
  if (event.name !== 'SmartGroupComputerMembershipChange') return true;
  return webhook.smartGroupId === 0 || webhook.smartGroupId === event.groupId;
}

/** Counts deliveries by outcome and event, and keeps the latest `kept` deliveries. */
function createResults(kept: number) {
  const counts: Record<DeliveryOutcome, number> & { doubled: number } = {
    delivered: 0,
    refused: 0,
    'timed-out': 0,
    failed: 0,
    lost: 0,
    dropped: 0,
    doubled: 0,
  };
  const byEvent: Record<string, number> = {};
  const log: Delivery[] = [];
  return {
    counts,
    byEvent,
    latest: () => log.slice(-kept),
    record: (message: Message, outcome: DeliveryOutcome, status: number | null, durationMs: number) => {
      const { webhook, event, doubled } = message;
      counts[outcome] += 1;
      if (doubled) counts.doubled += 1;
      if (outcome === 'delivered') byEvent[event.name] = (byEvent[event.name] ?? 0) + 1;
      const computerId = 'computerId' in event ? event.computerId : null;
      const about = { at: event.at, webhookId: webhook.id, event: event.name, computerId };
      log.push({ ...about, outcome, status, durationMs, doubled });
      if (log.length > 2 * kept) log.splice(0, log.length - kept);
    },
  };
}

/**
 * Creates the queue of webhooks that are sent, at most `concurrency` at a time. A webhook that exceeds `capacity` is
 * dropped. `changed` is called after each delivery.
 */
function createOutbox(
  concurrency: number,
  capacity: number,
  { record, changed }: Pick<ReturnType<typeof createResults>, 'record'> & { changed: () => void },
) {
  const { send, close } = createSend(concurrency);
  const queue: Message[] = [];
  let inProgress = 0;
  const deliver = async (message: Message) => {
    const startedAt = performance.now();
    const { outcome, status } = await send(message.webhook, message.body);
    record(message, outcome, status, performance.now() - startedAt);
  };
  const pump = () => {
    while (inProgress < concurrency) {
      const message = queue.shift();
      if (!message) break;
      inProgress += 1;
      void deliver(message).finally(() => {
        inProgress -= 1;
        pump();
      });
    }
    changed();
  };
  return {
    pump,
    close,
    size: () => queue.length + inProgress,
    clear: () => void (queue.length = 0),
    post: (message: Message) => {
      if (queue.length >= capacity) record(message, 'dropped', null, 0);
      else queue.push(message);
    },
  };
}

/** Delivers events to the subscribed webhooks over HTTP, at most once. Timeouts use the wall clock. */
export function createDeliverer(context: DeliverContext): Deliverer {
  const { faults, mishaps } = context;
  const { concurrency, queue: capacity, log: kept } = context.options.webhooks;
  const results = createResults(kept);
  const { record } = results;
  const random = createRandom(context.options.seed, 'deliveries');
  const outbox = createOutbox(concurrency, capacity, { record, changed: () => wakeIfIdle() });
  const held = new Map<Message, NodeJS.Timeout>();
  const waitingForIdle: (() => void)[] = [];
  let stopped = false;

  const waiting = () => outbox.size() + held.size;
  const wakeIfIdle = () => {
    if (waiting() === 0) for (const resolve of waitingForIdle.splice(0)) resolve();
  };
  const release = (message: Message) => {
    clearTimeout(held.get(message));
    if (held.delete(message)) outbox.post(message);
    outbox.pump();
  };

  const dispatch = (message: Message) => {
    if (random.chance(faults.webhooks.lose)) {
      record(message, 'lost', null, 0);
      return;
    }
    if (random.chance(faults.webhooks.double)) outbox.post({ ...message, doubled: true });
    if (random.chance(faults.webhooks.reorder)) {
      mishaps.webhooksReordered += 1;
      held.set(message, setTimeout(release, HELD_MS, message));
      return;
    }
    outbox.post(message);
    // This webhook is in the queue now. The webhooks that were held back follow it, so the order has changed.
    for (const other of held.keys()) release(other);
  };

  const idle = (): Promise<void> =>
    waiting() === 0
      ? Promise.resolve()
      : new Promise((resolve) => {
          waitingForIdle.push(resolve);
        });

  return {
    handle: (event) => {
      if (stopped) return;
      const webhooks = context.webhooks.all().filter((webhook) => wants(webhook, event));
      const body = webhooks.length === 0 ? undefined : eventBody(event, context);
      if (!body) return;
      for (const webhook of webhooks) {
        const text = renderBody(webhook, event, { body, words: faults.words });
        dispatch({ webhook, event, body: text, doubled: false });
      }
      outbox.pump();
    },
    counts: () => ({ ...results.counts, waiting: waiting() }),
    deliveredByEvent: () => ({ ...results.byEvent }),
    log: results.latest,
    idle,
    stop: async () => {
      stopped = true;
      outbox.clear();
      for (const timer of held.values()) clearTimeout(timer);
      held.clear();
      await idle();
      outbox.close();
    },
  };
}
