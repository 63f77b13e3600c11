import { createClient } from '../../src/cli/http/client.js';
import { CliError } from '../../src/cli/exit.js';
import { overview } from '../../src/contract/resources/overview.js';
import { pauseAnswer } from '../../src/contract/resources/control.js';
import { redistributeAnswer } from '../../src/contract/resources/redistribution.js';
import { INSTANCE, PROFILE, type FleetEnvironment } from '../environment.js';
import { repeat, type RepeatedTask } from './repeat.js';

/** The simulated on-call operator of a fault run. It uses the API. */
export interface SimulatedOperator extends RepeatedTask {
  /** Reasons of the circuit breakers that the operator closed, one entry for each time. */
  closedBreakers(): readonly string[];
  /** Number of requested redistributions: for records in `needs-human`, and for Macs without a certificate. */
  requestCount(): number;
}

const POLL_MS = 500;
/**
 * Time after an enrollment by which the profiles are installed and in inventory, if the enrollment succeeds.
 * Milliseconds.
 */
const ENROLMENT_TAKES_MS = 8_000;

/**
 * Polls the overview as an operator would. Closes an open circuit breaker after its cause is fixed. Requests a redistribution once for
 * each record in `needs-human`, and for each Mac without a certificate (failed enrollment, or profile removed by a user), because
 * Recert never renews a Mac in the state unknown automatically.
 */
export function startOperator(
  environment: FleetEnvironment,
  connection: { url: string; token: string },
  { isRepaired, lacksCertificate }: { isRepaired: () => boolean; lacksCertificate: (id: number) => boolean },
): SimulatedOperator {
  const client = createClient(connection);
  const closedBreakers: string[] = [];
  const requested = new Set<string>();

  const closeBreaker = async () => {
    const { instances } = await client({ path: 'overview', answer: overview });
    const breaker = instances[0]?.profiles[0]?.breaker ?? null;
    if (breaker === null || !isRepaired()) return;
    const body = { reason: `cause fixed: ${breaker.text}`.slice(0, 400) };
    const done = await client({ method: 'POST', path: 'resume', body, answer: pauseAnswer });
    if (done.instances.some(({ breakersClosed }) => breakersClosed.length > 0))
      closedBreakers.push(breaker.reason);
  };
  const request = async (id: string, why: string) => {
    const body = { reason: why, computers: [{ id }] };
    await client({ method: 'POST', path: 'redistributions', body, answer: redistributeAnswer });
  };
  const retryNeedsAttention = async () => {
    const { redistributions } = await environment.redistributions.page(INSTANCE, {
      state: 'needs-human',
      profile: PROFILE,
    });
    for (const { id, computerId, closedAt } of redistributions) {
      if (closedAt === null || requested.has(id)) continue;
      const last = await environment.redistributions.lastFor(INSTANCE, PROFILE, computerId);
      if (last?.id !== id) continue;
      await request(computerId, 'three attempts failed; the cause is fixed');
      requested.add(id);
    }
  };
  const requestMissingCertificates = async () => {
    const { computers } = await environment.computers.listByState(INSTANCE, PROFILE, 'unknown', {
      limit: 100,
    });
    for (const { id, enrolledAt, reportedAt } of computers) {
      const settled = Date.now() - ENROLMENT_TAKES_MS > (enrolledAt ?? Infinity);
      if (!settled || !lacksCertificate(Number(id)) || (reportedAt ?? 0) < (enrolledAt ?? 0)) continue;
      if ((await environment.redistributions.openFor(INSTANCE, PROFILE, id)) !== null) continue;
      await request(id, 'the Mac has no certificate');
      requested.add(`${id} enrolled ${enrolledAt}`);
    }
  };
  const task = repeat(POLL_MS, async () => {
    try {
      await closeBreaker();
      await retryNeedsAttention();
      await requestMissingCertificates();
    } catch (error) {
      // Redis is down, or the Mac already has an open redistribution: the next round tries again.
      if (!(error instanceof CliError)) throw error;
    }
    return 'again';
  });
  return { end: () => task.end(), closedBreakers: () => closedBreakers, requestCount: () => requested.size };
}
