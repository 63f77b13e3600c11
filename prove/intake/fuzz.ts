import { Agent } from 'node:http';
import { z } from 'zod';
import type { Figure } from '../figure.js';
import { until } from '../until.js';
import { type Strange, strangeBodies } from './bodies.js';
import { type Answer, deliver } from './deliver.js';
import type { IntakeEnvironment } from './environment.js';
import { trickle } from './trickle.js';

/** Number of bodies, and number of senders that never complete their request. */
export interface FuzzOptions {
  bodies: number;
  seed: number;
  slowSenders: number;
  /** Maximum time to wait until the receiver ends a slow connection, milliseconds. */
  slowPatienceMs: number;
}

/** Maximum duration of a slow connection, milliseconds: request timeout, check interval of Node.js, and a margin. */
const SLOW_END_MS = 25_000;

/** The full run (`FULL_FUZZ`), and a run of a few seconds for the tests (`SMALL_FUZZ`). */
export const FULL_FUZZ: FuzzOptions = {
  bodies: 100_000,
  seed: 1,
  slowSenders: 400,
  slowPatienceMs: SLOW_END_MS,
};
export const SMALL_FUZZ: FuzzOptions = { bodies: 2_000, seed: 1, slowSenders: 40, slowPatienceMs: 240_000 };

/** A webhook that the receiver could not store in time (503) is sent again at most this often. */
const RESENDS = 50;

const AT_ONCE = 16;
const BATCH = 1_000;
/**
 * Limit for memory growth, bytes. It is above 0, because Node.js releases memory late. A leak of 1 kB per body would
 * exceed it, because 100,000 bodies would leak 100 MB.
 */
const GROWTH_BYTES = 60_000_000;

const problem = z.object({ type: z.string().min(1), title: z.string().min(3), detail: z.string().min(10) });

/** Sends malformed bodies and opens slow connections. Counts crashes, 5xx, memory growth, and refusals without a problem document. */
export async function proveFuzz(
  environment: IntakeEnvironment,
  options: FuzzOptions,
): Promise<readonly Figure[]> {
  await environment.receiver();
  await until('readiness', async () => (await environment.readiness()).status === 200);
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const slow = trickle(environment, options.slowSenders, options.slowPatienceMs);
  const tally = { accepted: 0, refused: 0, errors: 0, unclear: 0, unanswered: 0 };
  let resent = 0;
  const unexpected = new Set<string>();
  const count = (one: Strange, answer: Answer | null) => {
    const verdict = judge(answer);
    tally[verdict] += 1;
    if (verdict !== 'accepted' && verdict !== 'refused')
      unexpected.add(
        `${one.kind}: ${answer ? `${answer.status} ${answer.text.slice(0, 200)}` : 'no answer'}`,
      );
  };
  let warm = 0;
  for (let done = 0; done < options.bodies; done += BATCH) {
    const left = strangeBodies(Math.min(BATCH, options.bodies - done), options.seed + done).values();
    const sender = async () => {
      for (const one of left) {
        const headers = { ...environment.headers, ...one.headers };
        const delivery = { address: environment.address, agent, headers, body: one.body };
        let answer = await deliver(delivery);
        for (let again = 0; answer?.status === 503 && again < RESENDS; again += 1) {
          resent += 1;
          answer = await deliver(delivery);
        }
        count(one, answer);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, sender));
    // One-time allocations are complete after the first quarter.
    if (done < options.bodies / 4) warm = Math.max(warm, await environment.memory());
  }
  const grown = (await environment.memory()) - warm;
  const { left, longestMs } = await slow;
  agent.destroy();
  for (const one of unexpected) process.stderr.write(`${one}\n`);
  return [
    { name: 'bodies sent', value: options.bodies, most: null },
    { name: 'admitted', value: tally.accepted, least: 1, most: null },
    { name: 'refused with a problem document', value: tally.refused, least: 1, most: null },
    { name: 'refused without a problem document', value: tally.unclear, most: 0 },
    { name: 'answered with 5xx', value: tally.errors, most: 0 },
    { name: 'not answered', value: tally.unanswered, most: 0 },
    { name: 'not stored in time and sent again', value: resent, unit: 'webhooks', most: 0 },
    {
      name: 'memory growth since the first quarter',
      value: Math.round(grown / 1e6),
      unit: 'MB',
      most: GROWTH_BYTES / 1e6,
    },
    { name: 'slow and interrupted senders', value: options.slowSenders, most: null },
    { name: 'slow senders not disconnected', value: left, most: 0 },
    {
      name: 'longest connection of a slow sender',
      value: Math.round(longestMs / 1_000),
      unit: 's',
      most: SLOW_END_MS / 1_000,
    },
    { name: 'ready afterwards', value: (await environment.readiness()).status, least: 200, most: 200 },
  ];
}

function judge(answer: Answer | null): 'accepted' | 'refused' | 'errors' | 'unclear' | 'unanswered' {
  if (answer === null) return 'unanswered';
  if (answer.status >= 500) return 'errors';
  if (answer.status < 300) return 'accepted';
  if (!answer.type.startsWith('application/problem+json')) return 'unclear';
  return problem.safeParse(parsed(answer.text)).success ? 'refused' : 'unclear';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
