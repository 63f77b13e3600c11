import type { Context } from '../context.js';
import { table } from '../output/print.js';
import type { PretendMac } from './pretend-jamf.js';
import type { Detailed } from './service.js';

const day = (at: number | null) => (at === null ? '–' : new Date(at).toISOString().slice(0, 10));
const time = (at: number | null | undefined) => (at ? new Date(at).toISOString().slice(11, 19) : '–');
const short = (serialNumber: string) =>
  serialNumber.length > 12 ? `${serialNumber.slice(0, 12)}…` : serialNumber;

/**
 * Formats the result of the demo, one row per due Mac: old and new certificate, InstallProfile command, and time
 * of the inventory that verified it.
 */
export function proofTable(
  due: readonly PretendMac[],
  all: readonly Detailed[],
  { colors }: Context,
): string {
  const rows = due.map((mac) => {
    const redistribution = all.find(({ computer }) => computer.id === String(mac.id));
    if (!redistribution)
      return [mac.serialNumber, '–', '–', '–', '–', '–', '–', colors.red('not redistributed')];
    const { before, proof, attemptList, state } = redistribution;
    const command = attemptList.at(-1)?.command;
    return [
      mac.serialNumber,
      short(before.serialNumber),
      day(before.expiresAt),
      proof ? short(proof.serialNumber) : '–',
      day(proof?.expiresAt ?? null),
      command
        ? `${command.uuid.slice(0, 8)} ${command.state.toLowerCase()} ${time(command.completedAt)}`
        : '–',
      time(proof?.reportedAt),
      state === 'verified' ? colors.green('Verified') : colors.red(state),
    ];
  });
  const head = [
    'Mac',
    'old serial',
    'expires',
    'new serial',
    'expires',
    'InstallProfile',
    'inventory',
    'state',
  ];
  return table(head, rows, colors);
}

/** Formats the plan of observe mode, one row per due Mac. */
export function planTable(due: readonly PretendMac[], all: readonly Detailed[], { colors }: Context): string {
  const rows = due.map((mac) => {
    const redistribution = all.find(({ computer }) => computer.id === String(mac.id));
    return [
      mac.serialNumber,
      day(redistribution?.before.expiresAt ?? null),
      redistribution?.plan ?? 'no plan',
    ];
  });
  return table(['Mac', 'expires', 'plan'], rows, colors);
}
