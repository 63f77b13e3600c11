import type { MdmCommand } from '../../profile.js';
import type { Side } from '../direction.js';
import type { CommandList, Context, Need } from './evidence.js';
import type { Attempt, CommandSeen } from '../record.js';

const DAY_MS = 86_400_000;

/** Commands older than this are ignored. */
const LOOKBACK_MS = 90 * DAY_MS;

/** Tolerated clock difference when listing the commands of an attempt. Earlier commands within it are excluded by their UUIDs. */
const WRONG_CLOCK_MS = DAY_MS;

/** Whether the Mac has not yet answered a command. */
export function isPending({ state }: Pick<MdmCommand, 'state'>): boolean {
  return state === 'PENDING' || state === 'NOT_NOW';
}

/** Whether a command failed. */
export function isError({ state }: Pick<MdmCommand, 'state'>): boolean {
  return state === 'ERROR' || state === 'COMMAND_FORMAT_ERROR';
}

/** Requests complete command lists, to find pending commands before a trigger. */
export function needLists(lists: readonly CommandList[], now: number): Need {
  return { what: 'commands', lists, sentAfter: now - LOOKBACK_MS };
}

/** Requests the InstallProfile commands that one attempt may have caused. */
export function needOwn(attempt: Attempt, side: Side): Need {
  return { what: 'commands', lists: [`install-${side}`], sentAfter: attempt.intentAt - WRONG_CLOCK_MS };
}

/** A command list from the evidence; `undefined` when it was not read in this step. */
export function listed({ evidence }: Context, list: CommandList): readonly MdmCommand[] | undefined {
  return evidence.commands?.[list];
}

/**
 * The command of an attempt: an InstallProfile that did not exist before the trigger. If there are several, because an administrator sent
 * one too, an acknowledged one takes precedence, then the latest pending one, then the latest of all.
 */
export function ownCommand(commands: readonly MdmCommand[], attempt: Attempt): MdmCommand | null {
  const own = commands.filter(({ uuid }) => !attempt.earlierCommands.includes(uuid));
  return own.find(({ state }) => state === 'ACKNOWLEDGED') ?? own.findLast(isPending) ?? own.at(-1) ?? null;
}

/** A command as stored in the record. An answered command without a completion time gets `now`. */
export function seenCommand(
  { uuid, state, sentAt, completedAt, error }: MdmCommand,
  now: number,
): CommandSeen {
  const answered = state === 'ACKNOWLEDGED' || isError({ state });
  return { uuid, state, sentAt, completedAt: completedAt ?? (answered ? now : null), error };
}
