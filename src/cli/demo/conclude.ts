import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exit.js';
import type { DemoOptions } from './options.js';
import type { PretendJamf, PretendMac } from './pretend-jamf.js';
import { planTable, proofTable } from './report.js';
import type { DemoService } from './service.js';
import { faultsOfActing, faultsOfObserving } from './verdict.js';

/**
 * Prints the result of the demo, or the plan in observe mode. Also prints every fault that it finds in the records
 * of Recert and of the simulator.
 */
export async function conclude(
  { observe }: DemoOptions,
  run: { jamf: PretendJamf; service: DemoService; due: readonly PretendMac[]; done: boolean },
  context: Context,
): Promise<ExitCode> {
  const { jamf, service, due } = run;
  const wanted = new Set(due.map(({ id }) => String(id)));
  const listed = (await service.list()).filter(({ computer }) => wanted.has(computer.id));
  const redistributions = await Promise.all(listed.map(({ id }) => service.detail(id)));
  const [issuances, requests] = await Promise.all([jamf.issuances(), jamf.requests()]);
  const evidence = { due, redistributions, issuances, requests };
  const faults = observe ? faultsOfObserving(evidence) : faultsOfActing(evidence);
  context.out(`\n${(observe ? planTable : proofTable)(due, redistributions, context)}\n`);
  if (!run.done) faults.unshift('timed out before all due Macs were finished');
  if (faults.length > 0) {
    context.out(context.colors.red(faults.join('\n')));
    return EXIT.failed;
  }
  const writes = requests.filter(({ method }) => method === 'PUT').length;
  context.out(
    context.colors.green(
      observe
        ? `Observed: ${due.length} due Macs have a plan, and nothing was changed in Jamf Pro (${requests.length} requests, all reads).`
        : `Verified: ${due.length} of ${due.length} due Macs have exactly one new certificate each, as counted by the CA (${requests.length} requests to Jamf Pro, ${writes} of them writes).`,
    ),
  );
  return EXIT.done;
}
