import { setTimeout as after } from 'node:timers/promises';
import type { Figure } from '../figure.js';
import { until } from '../until.js';
import { startLoad } from './load.js';
import { INSTANCE } from '../environment.js';
import type { IntakeEnvironment } from './environment.js';

/**
 * Rate (per second), number of events, and the numbers of responses after which a process is killed or started. The
 * proof counts responses and not time, because the time depends on the speed of the machine.
 */
export interface OutageOptions {
  rate: number;
  events: number;
  /** Events admitted before Redis is killed. */
  admitted: number;
  /** Number of events on disk at which the receiver is killed, and number at which Redis is started. */
  spooledBeforeKill: number;
  spooled: number;
  receiverAwayMs: number;
}

/** The guaranteed case: 500 per second for a minute, Redis down for about 10 seconds, the receiver killed during that time. */
export const FULL_OUTAGE: OutageOptions = {
  rate: 500,
  events: 29_000,
  admitted: 10_000,
  spooledBeforeKill: 3_000,
  spooled: 4_000,
  receiverAwayMs: 2_000,
};

/** A run of a few seconds for the tests. */
export const SMALL_OUTAGE: OutageOptions = {
  rate: 100,
  events: 700,
  admitted: 200,
  spooledBeforeKill: 120,
  spooled: 220,
  receiverAwayMs: 500,
};

const JAMF_READ_TIMEOUT_MS = 2_000;
const PAGE = 5_000;

/**
 * Sends events under load while Redis and the receiver are killed with SIGKILL. Compares the responses with the event log: no event
 * that was answered with 2xx may be lost, and none may take effect twice.
 */
export async function proveOutage(
  environment: IntakeEnvironment,
  options: OutageOptions,
): Promise<readonly Figure[]> {
  const receiver = await environment.receiver();
  await until('readiness', async () => (await environment.readiness()).status === 200);
  const load = startLoad(environment, options);
  const answered = (outcome: string, least: number) =>
    until(`${least} responses: ${outcome}`, () => Promise.resolve(load.answered(outcome) >= least));
  await answered('admitted', options.admitted);
  await environment.server.kill();
  await answered('spooled', options.spooledBeforeKill);
  await receiver.end('SIGKILL');
  await after(options.receiverAwayMs);
  await environment.receiver();
  await answered('spooled', options.spooled);
  await environment.server.restart();
  const sent = await load.ended;
  await until('an empty spool', async () => {
    const { status, text } = await environment.readiness();
    return status === 200 && text.includes('"redis":"ok"') && !text.includes('disk');
  });
  const log = await effects(environment);
  const twice = [...log.values()].filter((count) => count > 1).length;
  const pending = await environment.hints.count(INSTANCE);
  return [
    { name: 'events sent, duplicates included', value: sent.deliveries, most: null },
    { name: 'answered: admitted', value: sent.outcomes.get('admitted') ?? 0, least: 1, most: null },
    { name: 'answered: spooled to disk', value: sent.outcomes.get('spooled') ?? 0, least: 1, most: null },
    { name: 'answered: duplicate', value: sent.outcomes.get('duplicate') ?? 0, least: 1, most: null },
    { name: 'not answered (receiver down)', value: sent.unanswered, most: null },
    { name: 'answered with an error', value: sent.refused, most: 0 },
    {
      name: 'answered with 2xx and lost',
      value: [...sent.accepted].filter((mac) => !log.has(mac)).length,
      most: 0,
    },
    { name: 'processed twice', value: twice, most: 0 },
    { name: 'Macs with a hint but without an event', value: pending - log.size, least: 0, most: 0 },
    { name: 'slowest response', value: Math.round(sent.slowestMs), unit: 'ms', most: JAMF_READ_TIMEOUT_MS },
  ];
}

/** Number of processed events by computer ID, from the event log. */
async function effects({ events }: IntakeEnvironment): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (let before: string | undefined; ;) {
    const page = await events.page(INSTANCE, { limit: PAGE, ...(before === undefined ? {} : { before }) });
    for (const { computerId, outcome } of page) {
      if (computerId === null || outcome === 'duplicate') continue;
      counts.set(computerId, (counts.get(computerId) ?? 0) + 1);
    }
    before = page.at(-1)?.id;
    if (page.length < PAGE) return counts;
  }
}
