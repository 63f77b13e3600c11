import { z } from 'zod';
import type { FaultsInput, HttpFault } from '../../simulator/http/faults/schema.js';
import { createRandom } from '../../simulator/world/random.js';
import type { FleetEnvironment } from '../environment.js';
import { until } from '../until.js';
import type { FaultRunOptions } from './options.js';
import type { Progress } from './progress.js';
import { repeat, type RepeatedTask } from './repeat.js';
import { readSimulatorState, type SimulatorState } from './simulator-state.js';

type HttpFaultInput = NonNullable<FaultsInput['http']>[number];

const API = '^/(?!api/oauth|__simulator)';
const GROUPS = '^/JSSResource/computergroups';

/** HTTP faults of Jamf Pro that are active during the whole run. */
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
    name: '500 after the write',
    fault: { kind: 'status', status: 500, when: 'after', share: 0.01, path: GROUPS, methods: ['PUT'] },
  },
  { name: '502 as HTML', fault: { kind: 'status', status: 502, body: 'html', share: 0.0015, path: API } },
  { name: '503, token requests included', fault: { kind: 'status', status: 503, share: 0.0015 } },
  {
    name: '500 with empty errors',
    fault: { kind: 'status', status: 500, body: 'empty-errors', share: 0.0015, path: API },
  },
  { name: 'HTML instead of a response', fault: { kind: 'html', share: 0.0015, path: API } },
  {
    name: 'HTML after the write',
    fault: { kind: 'html', when: 'after', share: 0.02, path: GROUPS, methods: ['PUT'] },
  },
  { name: 'hang before the request is executed', fault: { kind: 'hang', share: 0.002, path: API } },
  {
    name: 'hang after the write',
    fault: { kind: 'hang', when: 'after', share: 0.02, path: GROUPS, methods: ['PUT'] },
  },
  { name: 'half a body', fault: { kind: 'half-body', share: 0.0015, path: API } },
];

/** Temporary faults. Each stays active until it has occurred `occurrences` times since its activation. */
const TEMPORARY_FAULTS: readonly {
  name: string;
  faults: FaultsInput;
  count: (world: SimulatorState) => number;
  occurrences: number;
}[] = [
  {
    name: 'CA: certificate issued and lost',
    faults: { ca: { losing: 0.4 } },
    count: outcome('lost'),
    occurrences: 1,
  },
  {
    name: 'CA: enrollment fails',
    faults: { ca: { failing: 0.5 } },
    count: outcome('failed'),
    occurrences: 2,
  },
  {
    name: 'CA: rate limit (429)',
    faults: { ca: { rateLimited: true } },
    count: outcome('rate-limited'),
    occurrences: 3,
  },
  {
    name: 'pushes lost',
    faults: { push: { lose: 0.6 } },
    count: ({ mishaps }) => mishaps.pushesLost,
    occurrences: 5,
  },
  {
    name: 'node of the cluster lags',
    faults: { nodeBehind: { node: 1, lag: '3s' } },
    count: ({ mishaps }) => mishaps.staleAnswers,
    occurrences: 20,
  },
];

/**
 * Maximum time without progress while a temporary fault is active, milliseconds. A fault that stops all progress
 * cannot occur again, so it ends after this time and is repeated later.
 */
const STALLED_MS = 15_000;

const faultState = z.object({ http: z.array(z.object({ hits: z.int() })) });

/** Fault injection in the simulated Jamf Pro and its CA. */
export interface FaultInjection extends RepeatedTask {
  /** Whether no temporary fault of the CA is active. The operator checks this before resuming. */
  isCaHealthy(): boolean;
  /** Occurrences of each HTTP fault so far, by name. */
  hits(): Promise<ReadonlyMap<string, number>>;
}

/** Starts the fault injection: HTTP faults permanently, and temporary faults one after another in an order set by the seed. */
export async function startFaultInjection(
  environment: FleetEnvironment,
  options: FaultRunOptions,
  { isLoaded, progress }: { isLoaded: () => Promise<boolean>; progress: Progress },
): Promise<FaultInjection> {
  const tally = new Map(HTTP_FAULTS.map(({ name }) => [name, 0]));
  const random = createRandom(options.seed, 'weather');
  const planned = Array.from({ length: options.temporaryFaults }, () =>
    random.shuffle(TEMPORARY_FAULTS),
  ).flat();
  let activeFault: (typeof TEMPORARY_FAULTS)[number] | null = null;

  const collect = async () => {
    const { http } = faultState.parse(await environment.control('faults'));
    http.forEach(({ hits }, index) => {
      const name = HTTP_FAULTS[index]?.name ?? '';
      tally.set(name, (tally.get(name) ?? 0) + hits);
    });
  };
  const apply = async (more: FaultsInput) => {
    await collect();
    const permanent = permanentFaults(options, tally);
    await environment.control(
      'faults',
      { ...permanent, ...more, ca: { ...permanent.ca, ...more.ca } },
      'PUT',
    );
  };
  await environment.control('faults', permanentFaults(options, tally), 'PUT');

  const task = repeat(300, async (ended) => {
    const next = planned[0];
    if (next === undefined) return 'done';
    if (!(await isLoaded())) return 'again';
    activeFault = next;
    const before = next.count(await readSimulatorState(environment));
    await apply(next.faults);
    const hasOccurred = async () =>
      next.count(await readSimulatorState(environment)) - before >= next.occurrences;
    const cannotOccur = async () => ended.aborted || (await progress.stalledMs()) > STALLED_MS;
    await until(next.name, async () => (await hasOccurred()) || (await cannotOccur()), Infinity);
    await apply({});
    activeFault = null;
    if (await hasOccurred()) planned.shift();
    return 'again';
  });
  return {
    end: () => task.end(),
    isCaHealthy: () => activeFault?.faults.ca === undefined,
    hits: async () => {
      await apply({});
      return tally;
    },
  };
}

function permanentFaults(
  { faultFactor, maxHits, caFailing }: FaultRunOptions,
  hits: ReadonlyMap<string, number>,
) {
  const http = HTTP_FAULTS.map(({ name, fault }) => {
    const left = maxHits === null ? undefined : maxHits - (hits.get(name) ?? 0);
    const share = left !== undefined && left <= 0 ? 0 : Math.min(1, (fault.share ?? 1) * faultFactor);
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
  return ({ ca }: SimulatorState) => ca.outcomes[name] ?? 0;
}

/** Returns how often each temporary fault occurred during the whole run, by name. */
export function occurrencesOf(world: SimulatorState): readonly { name: string; value: number }[] {
  return TEMPORARY_FAULTS.map(({ name, count }) => ({ name, value: count(world) }));
}
