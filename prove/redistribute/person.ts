import { createClient } from '../../src/cli/http/client.js';
import { CliError } from '../../src/cli/exit.js';
import { overview } from '../../src/contract/resources/overview.js';
import { pauseAnswer } from '../../src/contract/resources/control.js';
import { redistributeAnswer } from '../../src/contract/resources/redistribution.js';
import { INSTANCE, PROFILE, type Stage } from '../stage.js';
import { inRounds, type Rounds } from './rounds.js';

/** What on-call does during a fault run, through the ops API. */
export interface Person extends Rounds {
  /** Why the breaker was found open, each time it was closed. */
  resumed(): readonly string[];
  /** How many Macs were asked for: they had ended `needs-human`, or enrolled again and got no certificate by it. */
  asked(): number;
}

const LOOK_EVERY_MS = 500;
/** Profiles that an enrolment brings have come by then, and inventory after them, or they do not come. */
const ENROLMENT_TAKES_MS = 8_000;

/**
 * Looks at the overview as a person would. An open breaker is closed, with its text as the reason, once what caused it is repaired; a
 * Mac that ended `needs-human` is asked for once more. So is one without any certificate, because its enrolment failed at the CA or
 * somebody took the last profile off it: what is unknown never acts by itself.
 */
export function beginPerson(
  stage: Stage,
  connection: { url: string; token: string },
  { isRepaired, bare }: { isRepaired: () => boolean; bare: (id: number) => boolean },
): Person {
  const client = createClient(connection);
  const resumed: string[] = [];
  const asked = new Set<string>();

  const closeBreaker = async () => {
    const { instances } = await client({ path: 'overview', answer: overview });
    const breaker = instances[0]?.profiles[0]?.breaker ?? null;
    if (breaker === null || !isRepaired()) return;
    const body = { reason: `looked into it, repaired: ${breaker.text}`.slice(0, 400) };
    const done = await client({ method: 'POST', path: 'resume', body, answer: pauseAnswer });
    if (done.instances.some(({ breakersClosed }) => breakersClosed.length > 0)) resumed.push(breaker.reason);
  };
  const ask = async (id: string, why: string) => {
    const body = { reason: why, computers: [{ id }] };
    await client({ method: 'POST', path: 'redistributions', body, answer: redistributeAnswer });
  };
  const askAgain = async () => {
    const { redistributions } = await stage.redistributions.page(INSTANCE, {
      state: 'needs-human',
      profile: PROFILE,
    });
    for (const { id, computerId, closedAt } of redistributions) {
      if (closedAt === null || asked.has(id)) continue;
      const last = await stage.redistributions.lastFor(INSTANCE, PROFILE, computerId);
      if (last?.id !== id) continue;
      await ask(computerId, 'three attempts failed; the cause is repaired');
      asked.add(id);
    }
  };
  const askForBare = async () => {
    const { computers } = await stage.computers.listByState(INSTANCE, PROFILE, 'unknown', { limit: 100 });
    for (const { id, enrolledAt, reportedAt } of computers) {
      const settled = Date.now() - ENROLMENT_TAKES_MS > (enrolledAt ?? Infinity);
      if (!settled || !bare(Number(id)) || (reportedAt ?? 0) < (enrolledAt ?? 0)) continue;
      if ((await stage.redistributions.openFor(INSTANCE, PROFILE, id)) !== null) continue;
      await ask(id, 'no certificate is left on it');
      asked.add(`${id} enrolled ${enrolledAt}`);
    }
  };
  const rounds = inRounds(LOOK_EVERY_MS, async () => {
    try {
      await closeBreaker();
      await askAgain();
      await askForBare();
    } catch (error) {
      // Redis is away, or a Mac has been opened again already: a person tries again.
      if (!(error instanceof CliError)) throw error;
    }
    return 'again';
  });
  return { end: () => rounds.end(), resumed: () => resumed, asked: () => asked.size };
}
