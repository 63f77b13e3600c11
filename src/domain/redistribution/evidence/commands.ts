import type { MdmCommand } from '../../profile.js';
import type { Side } from '../direction.js';
import type { CommandList, Context, Need } from './evidence.js';
import type { Attempt, CommandSeen } from '../record.js';

const DAY_MS = 86_400_000;

/** A command that is older than this is not waited for any more. */
const LOOKBACK_MS = 90 * DAY_MS;

/** How far clocks may be wrong before a command of this attempt would be missed; those from before are known by their ids. */
const WRONG_CLOCK_MS = DAY_MS;

/** Whether the Mac has not answered it yet. */
export function isPending({ state }: Pick<MdmCommand, 'state'>): boolean {
  return state === 'PENDING' || state === 'NOT_NOW';
}

/** Whether the Mac, or Jamf, said that it failed. */
export function isError({ state }: Pick<MdmCommand, 'state'>): boolean {
  return state === 'ERROR' || state === 'COMMAND_FORMAT_ERROR';
}

/** The need for whole lists, to see what is pending before anything is triggered. */
export function needLists(lists: readonly CommandList[], now: number): Need {
  return { what: 'commands', lists, sentAfter: now - LOOKBACK_MS };
}

/** The need for the commands that one attempt may have caused. */
export function needOwn(attempt: Attempt, side: Side): Need {
  return { what: 'commands', lists: [`install-${side}`], sentAfter: attempt.intentAt - WRONG_CLOCK_MS };
}

/** A list that was read, `undefined` when it was not. */
export function listed({ evidence }: Context, list: CommandList): readonly MdmCommand[] | undefined {
  return evidence.commands?.[list];
}

/**
 * The command of an attempt: an InstallProfile that was not there before the trigger. When somebody sent another one besides, an
 * acknowledged one counts first, then one that is pending, then the latest that failed.
 */
export function ownCommand(commands: readonly MdmCommand[], attempt: Attempt): MdmCommand | null {
  const own = commands.filter(({ uuid }) => !attempt.earlierCommands.includes(uuid));
  return own.find(({ state }) => state === 'ACKNOWLEDGED') ?? own.findLast(isPending) ?? own.at(-1) ?? null;
}

/** A command as it is kept. One that was answered without a time was answered by now. */
export function seenCommand(
  { uuid, state, sentAt, completedAt, error }: MdmCommand,
  now: number,
): CommandSeen {
  const answered = state === 'ACKNOWLEDGED' || isError({ state });
  return { uuid, state, sentAt, completedAt: completedAt ?? (answered ? now : null), error };
}
