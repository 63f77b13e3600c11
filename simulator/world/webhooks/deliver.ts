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

/** How long a delivery that is to be overtaken waits for another one, wall-clock milliseconds. */
const HELD_MS = 500;

/** What delivering needs of the rest of the world. */
export interface DeliverContext extends BodyFacts {
  options: SimulatorOptions;
  webhooks: Webhooks;
  faults: WorldFaults;
  mishaps: Mishaps;
}

interface Letter {
  webhook: Webhook;
  event: WorldEvent;
  body: string;
  doubled: boolean;
}

/** The deliveries with what only the world itself may do. */
export interface Deliverer extends Deliveries {
  handle: (event: WorldEvent) => void;
  stop(): Promise<void>;
}

function wants(webhook: Webhook, event: WorldEvent): boolean {
  if (!webhook.enabled || webhook.event.toLowerCase() !== event.name.toLowerCase()) return false;
  if (event.name !== 'SmartGroupComputerMembershipChange') return true;
  return webhook.smartGroupId === 0 || webhook.smartGroupId === event.groupId;
}

/** Sends events to those webhooks that want them: at most once, over real HTTP, in the wall's time. */
export function createDeliverer(context: DeliverContext): Deliverer {
  const { faults, mishaps } = context;
  const { concurrency, queue: capacity, log: kept } = context.options.webhooks;
  const random = createRandom(context.options.seed, 'deliveries');
  const { send, close } = createSend(concurrency);
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
  const queue: Letter[] = [];
  const held = new Map<Letter, NodeJS.Timeout>();
  const waitingForIdle: (() => void)[] = [];
  let underWay = 0;
  let stopped = false;

  const waiting = () => queue.length + held.size + underWay;
  const record = (letter: Letter, outcome: DeliveryOutcome, status: number | null, ms: number) => {
    const { webhook, event, doubled } = letter;
    counts[outcome] += 1;
    if (doubled) counts.doubled += 1;
    if (outcome === 'delivered') byEvent[event.name] = (byEvent[event.name] ?? 0) + 1;
    const computerId = 'computerId' in event ? event.computerId : null;
    const about = { at: event.at, webhookId: webhook.id, event: event.name, computerId };
    log.push({ ...about, outcome, status, durationMs: ms, doubled });
    if (log.length > 2 * kept) log.splice(0, log.length - kept);
  };

  const deliver = async (letter: Letter) => {
    const startedAt = performance.now();
    const { outcome, status } = await send(letter.webhook, letter.body);
    record(letter, outcome, status, performance.now() - startedAt);
  };
  const pump = () => {
    while (underWay < concurrency) {
      const letter = queue.shift();
      if (!letter) break;
      underWay += 1;
      void deliver(letter).finally(() => {
        underWay -= 1;
        pump();
      });
    }
    if (waiting() === 0) for (const resolve of waitingForIdle.splice(0)) resolve();
  };
  const post = (letter: Letter) => {
    if (queue.length >= capacity) record(letter, 'dropped', null, 0);
    else queue.push(letter);
  };
  const release = (letter: Letter) => {
    clearTimeout(held.get(letter));
    if (held.delete(letter)) post(letter);
    pump();
  };

  const dispatch = (letter: Letter) => {
    if (random.chance(faults.webhooks.lose)) {
      record(letter, 'lost', null, 0);
      return;
    }
    if (random.chance(faults.webhooks.double)) post({ ...letter, doubled: true });
    if (random.chance(faults.webhooks.reorder)) {
      mishaps.webhooksReordered += 1;
      held.set(letter, setTimeout(release, HELD_MS, letter));
      return;
    }
    post(letter);
    // This one has overtaken those that were held.
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
      if (webhooks.length === 0) return;
      const body = eventBody(event, context);
      if (!body) return;
      for (const webhook of webhooks) {
        dispatch({ webhook, event, body: renderBody(webhook, event, body), doubled: false });
      }
      pump();
    },
    counts: () => ({ ...counts, waiting: waiting() }),
    deliveredByEvent: () => ({ ...byEvent }),
    log: () => log.slice(-kept),
    idle,
    stop: async () => {
      stopped = true;
      queue.length = 0;
      for (const timer of held.values()) clearTimeout(timer);
      held.clear();
      await idle();
      close();
    },
  };
}
