import { Agent } from 'node:http';
import { setTimeout as after } from 'node:timers/promises';
import { z } from 'zod';
import { deliver } from './deliver.js';
import type { IntakeEnvironment } from './environment.js';

const TICK_MS = 10;
/** Every 20th event is sent twice, as by a Jamf Pro cluster. */
const DOUBLED = 20;
/** Every third event has no timestamp, so Recert can identify it only by its body. */
const UNDATED = 3;

const answerSchema = z.object({ outcome: z.string() });

/** Counts of the sender. */
export interface Sent {
  deliveries: number;
  /** Macs whose event was answered with 2xx at least once. */
  accepted: ReadonlySet<string>;
  /** Number of responses by `outcome`. */
  outcomes: ReadonlyMap<string, number>;
  /** `unanswered`: no response. `refused`: a status other than 2xx. */
  unanswered: number;
  refused: number;
  slowestMs: number;
}

/** A running load: the counts so far, and the final counts. */
export interface Load {
  /** Number of responses with an outcome so far. */
  answered(outcome: string): number;
  ended: Promise<Sent>;
}

/**
 * Sends `rate` events per second until `events` of them are accepted. Does not wait for a response before the next
 * event. Each event is about another Mac.
 */
export function startLoad(
  environment: IntakeEnvironment,
  { rate, events }: { rate: number; events: number },
): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: 512 });
  const accepted = new Set<string>();
  const outcomes = new Map<string, number>();
  const counts = { deliveries: 0, unanswered: 0, refused: 0, slowestMs: 0 };
  const pending = new Set<Promise<void>>();
  const send = async (mac: number, body: Buffer) => {
    counts.deliveries += 1;
    const headers = { ...environment.headers, 'Content-Type': 'application/json' };
    const answer = await deliver({ address: environment.address, agent, headers, body });
    if (answer) counts.slowestMs = Math.max(counts.slowestMs, answer.tookMs);
    if (!answer) counts.unanswered += 1;
    else if (answer.status >= 300) counts.refused += 1;
    else {
      accepted.add(String(mac));
      const { outcome } = answerSchema.parse(JSON.parse(answer.text));
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
  };
  const begin = (mac: number, body: Buffer) => {
    const one = send(mac, body).finally(() => pending.delete(one));
    pending.add(one);
  };
  const run = async (): Promise<Sent> => {
    const startedAt = performance.now();
    for (let mac = 0; accepted.size < events;) {
      const owed = Math.floor(((performance.now() - startedAt) / 1_000) * rate);
      while (mac < owed) {
        mac += 1;
        const body = event(mac);
        begin(mac, body);
        if (mac % DOUBLED === 0 && mac % UNDATED !== 0) begin(mac, body);
      }
      await after(TICK_MS);
    }
    await Promise.all(pending);
    agent.destroy();
    return { ...counts, accepted, outcomes };
  };
  return { answered: (outcome) => outcomes.get(outcome) ?? 0, ended: run() };
}

function event(jssID: number): Buffer {
  const webhook = { id: 4, name: 'prove', webhookEvent: 'ComputerInventoryCompleted' };
  const dated = jssID % UNDATED === 0 ? {} : { eventTimestamp: Date.now() };
  return Buffer.from(
    JSON.stringify({
      webhook: { ...webhook, ...dated },
      event: { jssID, serialNumber: `C${jssID}`, osVersion: '15.4', model: 'Mac', username: 'ada' },
    }),
  );
}
