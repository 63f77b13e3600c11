import type { MdmCommand } from '../../profile.js';
import type { Side } from '../direction.js';
import type { CommandList, Context, Need } from './evidence.js';
import type { Attempt, CommandSeen } from '../record.js';

const DAY_MS = 86_400_000;

/** Commands that are older than this are ignored, milliseconds. */
const LOOKBACK_MS = 90 * DAY_MS;

/**
 * Tolerated difference between clocks when the commands of an attempt are listed, milliseconds. Earlier commands
 * within this time are excluded by their UUIDs.
 */
const WRONG_CLOCK_MS = DAY_MS;

/** Whether a command is pending: the Mac has not answered it yet. */
export function isPending({ state }: Pick<MdmCommand, 'state'>): boolean {
  return state === 'PENDING' || state === 'NOT_NOW';
}

/** Whether a command failed. */
export function isError({ state }: Pick<MdmCommand, 'state'>): boolean {
  return state === 'ERROR' || state === 'COMMAND_FORMAT_ERROR';
}

/**
 * Error texts of macOS when it refuses to remove or replace a profile that a declaration, such as a blueprint of Jamf, has taken over. The
 * profile then no longer belongs to the MDM commands of the server.
 */
const TAKEN_OVER =
  /\b(?:not|n['’]t)\s+(?:been\s+)?installed\s+by\s+(?:this|the)\s+(?:MDM|server)|managed\s+by\s+(?:a\s+)?(?:declaration|blueprint)/iu;

/** Whether the error text of a command says that a blueprint has taken over the profile. */
export function isTakenOver(error: string): boolean {
  return TAKEN_OVER.test(error);
}

/** Returns the request for complete lists of commands, to find pending commands before a trigger. */
export function needLists(lists: readonly CommandList[], now: number): Need {
  return { what: 'commands', lists, sentAfter: now - LOOKBACK_MS };
}

/** Returns the request for the InstallProfile commands that one attempt may have caused. */
export function needOwn(attempt: Attempt, side: Side): Need {
  return { what: 'commands', lists: [`install-${side}`], sentAfter: attempt.intentAt - WRONG_CLOCK_MS };
}

/** Returns a list of commands from the evidence; `undefined` when the list has not been read yet. */
export function listed({ evidence }: Context, list: CommandList): readonly MdmCommand[] | undefined {
  return evidence.commands?.[list];
}

/**
 * Returns the command of an attempt: an InstallProfile command that did not exist before the trigger. There may be
 * several if an administrator also sent one. An acknowledged command then takes precedence, then the latest pending
 * command, then the latest command.
 */
export function ownCommand(commands: readonly MdmCommand[], attempt: Attempt): MdmCommand | null {
  const own = commands.filter(({ uuid }) => !attempt.earlierCommands.includes(uuid));
  return own.find(({ state }) => state === 'ACKNOWLEDGED') ?? own.findLast(isPending) ?? own.at(-1) ?? null;
}

/** Returns a command in the form in which the record stores it. An answered command without a completion time gets `now`. */
export function seenCommand(
  { uuid, state, sentAt, completedAt, error }: MdmCommand,
  now: number,
): CommandSeen {
  const answered = state === 'ACKNOWLEDGED' || isError({ state });
  return { uuid, state, sentAt, completedAt: completedAt ?? (answered ? now : null), error };
}
