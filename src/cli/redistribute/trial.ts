import { computerDetail } from '../../contract/resources/computer.js';
import { sourceName } from '../../domain/redistribution/evidence/proof.js';
import { whyInState } from '../../domain/redistribution/failure.js';
import { adviceFor } from '../../domain/redistribution/safety-limits/circuit-breaker.js';
import type { Client } from '../http/client.js';
import type { Context } from '../context.js';
import { CliError, EXIT, type ExitCode } from '../exit.js';
import { computerScreen } from '../computers/screen.js';
import { exactly, printJson } from '../output/print.js';
import { requestRedistribution } from './some.js';
import { type Record, resultOf, watch } from './watch.js';

/** Options of `recert trial`: one Mac, by its ID in Jamf Pro. */
export interface TrialOptions {
  id: string;
  instance?: string | undefined;
  profile?: string | undefined;
  reason: string;
  /** Maximum time to wait, in milliseconds. */
  within: number;
  json: boolean;
}

/** How `recert trial` ended. */
interface Conclusion {
  exitCode: ExitCode;
  /** What the trial proved, or what is wrong and what to do. */
  text: string;
}

/** Reasons for a blocked redistribution that end within minutes without user action. The trial waits until they end. */
const SHORT_BLOCKS: readonly string[] = [
  'hourly-cap',
  'in-flight-cap',
  'canary',
  'cycle-cap',
  'pending-command',
];

/**
 * Redistributes the profile to one Mac and explains every step. The result is the new certificate, or the problem
 * and what to do. A blocked redistribution stays open and continues when the cause no longer exists.
 * @throws CliError when the service refuses the request or cannot be reached.
 */
export async function runTrial(options: TrialOptions, client: Client, context: Context): Promise<ExitCode> {
  const { id, instance, profile, reason, within: withinMs, json } = options;
  const say = json ? context.err : context.out;
  const mac = await client({ path: `computers/${id}`, query: { instance }, answer: computerDetail });
  say(`${computerScreen(mac, context)}\n`);

  const { results } = await requestRedistribution(client, {
    wish: { reason, profile, instance, computers: [{ id }] },
    dryRun: false,
  });
  const [result] = results;
  const redistributionId = result?.redistributionId ?? null;
  if (!result || redistributionId === null)
    throw new CliError(EXIT.refused, result?.sentence ?? 'The service did not answer.');
  say(result.sentence);

  const { records } = await watch([redistributionId], { client, context, withinMs, json, ended: isDecided });
  const [record] = records;
  const conclusion: Conclusion =
    record === undefined
      ? { exitCode: EXIT.unreachable, text: 'The service did not answer. The redistribution continues.' }
      : conclude(record, mac.lastContactAt);
  if (json) printJson(context, { ...conclusion, computer: mac, redistribution: record ?? null });
  else context.out(conclusion.text);
  return conclusion.exitCode;
}

/**
 * Whether the trial ends with this record: the redistribution has a result, an attempt failed, or it is blocked
 * for longer than a trial lasts.
 */
function isDecided(record: Record): boolean {
  const { state, blocked } = record;
  return (
    resultOf(record) !== null ||
    state === 'retry' ||
    (blocked !== null && !SHORT_BLOCKS.includes(blocked.reason))
  );
}

function conclude(record: Record, lastContactAt: number | null): Conclusion {
  const { id, state, blocked, proof, before, attemptList, history } = record;
  const result = resultOf(record);
  const why = whyInState(record);
  if (result === 'verified' && proof)
    return {
      exitCode: EXIT.done,
      text: `Passed: ${sourceName(proof)} shows the new certificate ${proof.serialNumber}, which expires ${exactly(proof.expiresAt)}. The old certificate${before.serialNumber === '' ? '' : ` ${before.serialNumber}`} expires ${exactly(before.expiresAt)}.`,
    };
  if (blocked !== null)
    return {
      exitCode: blocked.reason === 'offline' ? EXIT.unfinished : EXIT.refused,
      text: `Not finished: ${blocked.text}. The redistribution stays open and continues when the cause no longer exists. To cancel it: recert redistributions cancel ${id} --reason '…'`,
    };
  const found = history.at(-1)?.evidence ?? {};
  const isOffline = found['cause'] === 'offline';
  // Without a second profile, Recert sends nothing while Jamf Pro still has time to renew the certificate.
  if (result === 'cancelled' && found['refusal'] === 'no-mechanism')
    return { exitCode: EXIT.refused, text: `Refused: ${why}` };
  const error = attemptList.at(-1)?.error ?? '';
  if (result === 'needs-human' && attemptList.length === 0)
    return {
      exitCode: isOffline ? EXIT.unfinished : EXIT.failed,
      text: `${isOffline ? 'Not finished' : 'Failed'}: ${why}. To do now: ${record.plan}.`,
    };
  if (state === 'retry' || result === 'needs-human')
    return {
      exitCode: EXIT.failed,
      text: `Failed: ${error === '' ? why : error}. ${adviceFor(error)}${state === 'retry' ? ` Recert tries again ${exactly(record.retryAt)}.` : ''}`,
    };
  if (result === 'cancelled') return { exitCode: EXIT.failed, text: `Canceled: ${why}.` };
  return {
    exitCode: EXIT.unfinished,
    text: `Not finished in time: ${why || record.plan}. The Mac was last in contact with Jamf Pro ${exactly(lastContactAt)}. The redistribution continues; follow it with recert redistributions show ${id}.`,
  };
}
