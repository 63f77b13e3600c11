import type { Assessment } from '../../assessment.js';
import type { KnownComputer } from '../../known.js';
import type { WatchedProfile } from '../../watched.js';
import { isSettling, lastAttempt, type Redistribution } from '../record.js';
import { getsFurther, type Overrides, wayPast } from './take-over.js';

/** What is known when a person asks for a redistribution. */
export interface RequestFacts {
  /** `null` when no such Mac was ever heard of. */
  computer: KnownComputer | null;
  /** As of now; `null` when the Mac is unknown. */
  assessment: Assessment | null;
  watched: WatchedProfile;
  /** The open redistribution of this Mac and profile. */
  open: Redistribution | null;
  paused: { by: string; reason: string } | null;
  overrides: Overrides;
  now: number;
}

/** Why a person's request is refused. */
export type Refusal =
  'unknown-computer' | 'retired' | 'unmanaged' | 'out-of-scope' | 'settling' | 'pending-command' | 'open';

/** May this Mac be redistributed now, because a person asks? Either way with a sentence for them. */
export type Verdict =
  /**
   * `planOnly`: mode is observe, so that it is opened and shown, and nothing is written. `takesOver`: it is open already and waits; it
   * becomes the person's own.
   */
  | { allowed: true; planOnly: boolean; takesOver: Redistribution | null; sentence: string }
  | { allowed: false; reason: Refusal; sentence: string };

/**
 * Judges a person's request. A person may override the window, the grace of Jamf's own setting, stale inventory and (when they say
 * so) the hourly cap and the canary; never the one open redistribution, a pending command or the scope.
 */
export function judgeRequest(facts: RequestFacts): Verdict {
  const { computer, assessment, watched, open, paused, overrides, now } = facts;
  const name = watched.name;
  if (computer === null || assessment === null)
    return refuse('unknown-computer', 'No such Mac is known here: run a sweep if it is new in Jamf Pro.');
  const mac = computer.name || computer.serialNumber || `computer ${computer.id}`;
  if (computer.retiredAt !== null)
    return refuse('retired', `Jamf Pro no longer knows ${mac}: it was deleted there.`);
  if (!computer.managed || !computer.mdmCapable)
    return refuse(
      'unmanaged',
      `Jamf Pro does not manage ${mac}, so no profile can be sent to it: enrol it again first.`,
    );
  if (!assessment.inScope)
    return refuse(
      'out-of-scope',
      `${mac} is not in the scope of ${watched.blue.name || name}: change the scope in Jamf Pro first.`,
    );
  if (open !== null && !getsFurther(open, overrides)) return refuseOpen(open, mac);
  if (watched.policy.mode === 'observe')
    return {
      allowed: true,
      planOnly: true,
      takesOver: open,
      sentence: `${name} is in mode observe: the plan for ${mac} is opened and shown, nothing is written to Jamf Pro.`,
    };
  const waits = [
    ...(paused === null ? [] : [`it is paused by ${paused.by} (${paused.reason}) and waits for resume`]),
    ...(isReachable(computer, watched, now) ? [] : ['it waits until the Mac is seen again']),
  ];
  return {
    allowed: true,
    planOnly: false,
    takesOver: open,
    sentence: `${name} is redistributed to ${mac}${open === null ? '' : ': what waits already is taken over'}${waits.length === 0 ? '' : `, but ${waits.join(', and ')}`}.`,
  };
}

/** The same record with a person's wish to end it; the next step of its job heeds it. Harmless on one that is closed. */
export function requestCancel(
  record: Redistribution,
  { by, reason, at }: { by: string; reason: string; at: number },
): Redistribution {
  return { ...record, cancelRequest: record.cancelRequest ?? { by, reason, at } };
}

/** Whether a Mac was in contact recently enough to expect that it takes a command. */
export function isReachable(
  computer: Pick<KnownComputer, 'lastContactAt'>,
  watched: WatchedProfile,
  now: number,
): boolean {
  return computer.lastContactAt !== null && now - computer.lastContactAt < watched.policy.waits.online;
}

function refuseOpen(open: Redistribution, mac: string): Verdict {
  if (isSettling(open) && open.proof !== null)
    return refuse(
      'settling',
      `${mac} has a new certificate (serial ${open.proof.serialNumber}) and keeps both profiles until ${day(open.settlement?.dueAt)}; it can be redistributed again after that.`,
    );
  const command = lastAttempt(open)?.command;
  if (command && (command.state === 'PENDING' || command.state === 'NOT_NOW') && open.state !== 'retry')
    return refuse(
      'pending-command',
      `An InstallProfile command for ${mac} is pending since ${day(command.sentAt)} (${open.id}): a second one would cost a second certificate.`,
    );
  const state = open.blocked === null ? open.state : `blocked: ${open.blocked.text}`;
  const past = wayPast(open);
  if (past !== null)
    return refuse(
      'open',
      `A redistribution of ${mac} waits already (${state}): ${past} to have it sent now, or watch it.`,
    );
  return refuse(
    'open',
    `A redistribution of ${mac} is open already (${open.id}, ${state}): watch it, or cancel it first.`,
  );
}

function refuse(reason: Refusal, sentence: string): Verdict {
  return { allowed: false, reason, sentence };
}

function day(at: number | undefined): string {
  return at === undefined ? 'later' : new Date(at).toISOString().slice(0, 16).replace('T', ' ') + ' UTC';
}
