import { z } from 'zod';
import type { FaultsInput, HttpFault } from '../../simulator/http/faults/schema.js';
import { createRandom } from '../../simulator/world/random.js';
import type { Stage } from '../stage.js';
import { until } from '../until.js';
import type { FaultRunOptions } from './options.js';
import { inRounds, type Rounds } from './rounds.js';
import { readWorld, type WorldLook } from './world.js';

type HttpFaultInput = NonNullable<FaultsInput['http']>[number];

const API = '^/(?!api/oauth|__simulator)';
const GROUPS = '^/JSSResource/computergroups';

/** Every way in which Jamf Pro answers badly, all the time. */
const HTTP_FAULTS: readonly { name: string; fault: HttpFaultInput & { kind: HttpFault['kind'] } }[] = [
  { name: 'latency', fault: { kind: 'latency', fixed: '50ms', jitter: '500ms', share: 0.05 } },
  { name: '401', fault: { kind: 'status', status: 401, share: 0.0015, path: API } },
  { name: '403', fault: { kind: 'status', status: 403, share: 0.0015, path: API } },
  {
    name: '409 at a group',
    fault: { kind: 'status', status: 409, share: 0.03, path: GROUPS, methods: ['PUT'] },
  },
  {
    name: '429 with Retry-After',
    fault: { kind: 'status', status: 429, retryAfterSeconds: 1, share: 0.0015, path: API },
  },
  { name: '500', fault: { kind: 'status', status: 500, share: 0.0015, path: API } },
  {
    name: '500, the write done',
    fault: { kind: 'status', status: 500, when: 'after', share: 0.01, path: GROUPS, methods: ['PUT'] },
  },
  { name: '502 as HTML', fault: { kind: 'status', status: 502, body: 'html', share: 0.0015, path: API } },
  { name: '503, sign-in too', fault: { kind: 'status', status: 503, share: 0.0015 } },
  {
    name: '500 with empty errors',
    fault: { kind: 'status', status: 500, body: 'empty-errors', share: 0.0015, path: API },
  },
  { name: 'HTML instead of an answer', fault: { kind: 'html', share: 0.0015, path: API } },
  {
    name: 'HTML, the write done',
    fault: { kind: 'html', when: 'after', share: 0.02, path: GROUPS, methods: ['PUT'] },
  },
  { name: 'hang before the request is done', fault: { kind: 'hang', share: 0.002, path: API } },
  {
    name: 'hang, the write done',
    fault: { kind: 'hang', when: 'after', share: 0.02, path: GROUPS, methods: ['PUT'] },
  },
  { name: 'half a body', fault: { kind: 'half-body', share: 0.0015, path: API } },
];

/** What comes for a while, until it has struck `strikes` times more. */
const BAD_TIMES: readonly {
  name: string;
  faults: FaultsInput;
  count: (world: WorldLook) => number;
  strikes: number;
}[] = [
  {
    name: 'CA: certificate issued and lost',
    faults: { ca: { losing: 0.4 } },
    count: outcome('lost'),
    strikes: 1,
  },
  { name: 'CA: enrolment fails', faults: { ca: { failing: 0.5 } }, count: outcome('failed'), strikes: 2 },
  {
    name: 'CA: rate limit (429)',
    faults: { ca: { rateLimited: true } },
    count: outcome('rate-limited'),
    strikes: 3,
  },
  {
    name: 'pushes lost',
    faults: { push: { lose: 0.6 } },
    count: ({ mishaps }) => mishaps.pushesLost,
    strikes: 5,
  },
  {
    name: 'a node of the cluster lags behind',
    faults: { nodeBehind: { node: 1, lag: '3s' } },
    count: ({ mishaps }) => mishaps.staleAnswers,
    strikes: 20,
  },
];

/** A bad time that strikes nobody ends all the same. */
const BAD_TIME_MOST_MS = 15_000;

const shown = z.object({ http: z.array(z.object({ hits: z.int() })) });

/** The faults of the pretend Jamf Pro and of its CA. */
export interface Weather extends Rounds {
  /** Whether the CA is as it should be: what a person makes sure of before resuming. */
  isCaWell(): boolean;
  /** How often each fault of HTTP has hit so far. */
  hits(): Promise<ReadonlyMap<string, number>>;
}

/** Lets it begin: bad answers all the time, and one bad time after the other, in an order that the seed makes. */
export async function beginWeather(
  stage: Stage,
  options: FaultRunOptions,
  isInFlow: () => Promise<boolean>,
): Promise<Weather> {
  const tally = new Map(HTTP_FAULTS.map(({ name }) => [name, 0]));
  const random = createRandom(options.seed, 'weather');
  const planned = Array.from({ length: options.badTimes }, () => random.shuffle(BAD_TIMES)).flat();
  let badTime: (typeof BAD_TIMES)[number] | null = null;

  const collect = async () => {
    const { http } = shown.parse(await stage.control('faults'));
    http.forEach(({ hits }, index) => {
      const name = HTTP_FAULTS[index]?.name ?? '';
      tally.set(name, (tally.get(name) ?? 0) + hits);
    });
  };
  const set = async (more: FaultsInput) => {
    await collect();
    const usual = usualFaults(options, tally);
    await stage.control('faults', { ...usual, ...more, ca: { ...usual.ca, ...more.ca } }, 'PUT');
  };
  await stage.control('faults', usualFaults(options, tally), 'PUT');

  const rounds = inRounds(300, async () => {
    const next = planned[0];
    if (next === undefined) return 'done';
    if (!(await isInFlow())) return 'again';
    badTime = next;
    const before = next.count(await readWorld(stage));
    const endAt = Date.now() + BAD_TIME_MOST_MS;
    await set(next.faults);
    await until(next.name, async () => {
      const strikes = next.count(await readWorld(stage)) - before;
      return strikes >= next.strikes || Date.now() > endAt;
    });
    await set({});
    badTime = null;
    planned.shift();
    return 'again';
  });
  return {
    end: () => rounds.end(),
    isCaWell: () => badTime?.faults.ca === undefined,
    hits: async () => {
      await set({});
      return tally;
    },
  };
}

function usualFaults({ harder, mostHits, caFailing }: FaultRunOptions, hits: ReadonlyMap<string, number>) {
  const http = HTTP_FAULTS.map(({ name, fault }) => {
    const left = mostHits === null ? undefined : mostHits - (hits.get(name) ?? 0);
    const share = left !== undefined && left <= 0 ? 0 : Math.min(1, (fault.share ?? 1) * harder);
    return { ...fault, share, ...(left === undefined || left <= 0 ? {} : { count: left }) };
  });
  return {
    http,
    webhooks: { lose: 0.3, double: 0.1, reorder: 0.1 },
    push: { lose: 0.03 },
    ca: { failing: caFailing },
  } satisfies FaultsInput;
}

function outcome(name: string) {
  return ({ ca }: WorldLook) => ca.outcomes[name] ?? 0;
}

/** Names of the bad times with how often each has struck, whenever it did. */
export function strikesOf(world: WorldLook): readonly { name: string; value: number }[] {
  return BAD_TIMES.map(({ name, count }) => ({ name, value: count(world) }));
}
