import type { HintReason } from '../../store/hints/hints.js';
import {
  type ComputerFacts,
  readComputer,
  readDeletedComputer,
  readMembershipChange,
  readTrigger,
  readWrittenProfile,
} from './fields.js';

/** What follows from an event, before anybody knows whether it is a duplicate. */
export type Effect =
  /** Look at one Mac, which was in contact. `later`: after `addedDelay`; else after `gather`. */
  | { does: 'hint'; computer: ComputerFacts; reason: HintReason; later: boolean }
  /** Look at many Macs, of whose contact nothing is said. */
  | { does: 'hints'; computerIds: readonly string[]; reason: HintReason }
  /** A Mac was in contact: noted, and looked at only when it is watched. */
  | { does: 'touch'; computer: ComputerFacts }
  /** Read a configuration profile again, when it is a watched one. */
  | { does: 'profile'; profileId: string }
  /** Nothing is asked of Jamf for a while (milliseconds); 0 ends that. */
  | { does: 'hold'; holdMs: number }
  | { does: 'none' }
  /** Nothing tells which Mac it is about. */
  | { does: 'refuse' };

/** One row of the table in docs/webhooks.md, and what the code does. */
export interface Treatment {
  effect: (event: unknown) => Effect;
  /** What is done, for people. */
  done: string;
  why: string;
}

/** Longest silence after JSSShutdown. A restart takes longer, but only one node of a cluster may be meant: the client backs off by itself. */
const SHUTDOWN_HOLD_MS = 30_000;

const NONE: Effect = { does: 'none' };

const aboutComputer =
  (effect: (computer: ComputerFacts, event: unknown) => Effect) =>
  (event: unknown): Effect => {
    const computer = readComputer(event);
    return computer ? effect(computer, event) : { does: 'refuse' };
  };

const look = (reason: HintReason, { later = false } = {}) =>
  aboutComputer((computer) => ({ does: 'hint', computer, reason, later }));

const touch = aboutComputer((computer) => ({ does: 'touch', computer }));

const ignored = (why: string): Treatment => ({ effect: () => NONE, done: 'counted and ignored', why });
const NOT_A_MAC = ignored('Not about a Mac.');

/** Every event that Jamf Pro is known to send, and what is done with it. The names are those of Jamf's documentation. */
export const EVENTS = {
  ComputerAdded: {
    effect: look('added', { later: true }),
    done: 'hint for the Mac, after `addedDelay`; last contact',
    why: 'A new Mac: its profiles and its certificate need time to arrive.',
  },
  ComputerCheckIn: {
    effect: aboutComputer((computer, event) =>
      readTrigger(event) === 'enrollment complete'
        ? { does: 'hint', computer, reason: 'enrolled', later: true }
        : { does: 'touch', computer },
    ),
    done: 'last contact; a hint when a redistribution of the Mac is open, and (after `addedDelay`) when the trigger is `enrollment complete`',
    why: 'Says that the Mac is online and nothing of its certificates; by far the most frequent. A Mac that enrols again causes no ComputerAdded.',
  },
  ComputerInventoryCompleted: {
    effect: look('inventory'),
    done: 'hint for the Mac; last contact',
    why: 'Certificates in Jamf are as old as the last inventory: this is the moment when proof can exist.',
  },
  ComputerPatchPolicyCompleted: {
    effect: touch,
    done: 'last contact; a hint when a redistribution of the Mac is open',
    why: 'Says that the Mac is online.',
  },
  ComputerPolicyFinished: {
    effect: touch,
    done: 'last contact; a hint when a redistribution of the Mac is open',
    why: 'Says that the Mac is online.',
  },
  ComputerPushCapabilityChanged: {
    effect: look('push'),
    done: 'hint for the Mac; last contact',
    why: 'Without push no profile arrives.',
  },
  DeviceAddedToDEP: ignored('The device is not enrolled yet and has no computer id.'),
  DeviceRateLimited: ignored('Jamf limits a Mac that reports too often. Its payload is not documented.'),
  JSSShutdown: {
    effect: () => ({ does: 'hold', holdMs: SHUTDOWN_HOLD_MS }),
    done: `no new reads of hints for ${SHUTDOWN_HOLD_MS / 1_000} s, or until JSSStartup`,
    why: 'Calls to a server that goes down would fail. Hints wait meanwhile.',
  },
  JSSStartup: {
    effect: () => ({ does: 'hold', holdMs: 0 }),
    done: 'ends the hold; no redistribution begins for `waits.hold`',
    why: 'The server is back, and is left to settle.',
  },
  MobileDeviceCheckIn: NOT_A_MAC,
  MobileDeviceCommandCompleted: NOT_A_MAC,
  MobileDeviceEnrolled: NOT_A_MAC,
  MobileDeviceInventoryCompleted: NOT_A_MAC,
  MobileDevicePushSent: NOT_A_MAC,
  MobileDeviceUnEnrolled: NOT_A_MAC,
  PatchSoftwareTitleUpdated: NOT_A_MAC,
  PushSent: ignored('A push was sent, which says nothing about its arrival.'),
  RestAPIOperation: {
    effect: (event) => {
      const computerId = readDeletedComputer(event);
      if (computerId !== null) return { does: 'hints', computerIds: [computerId], reason: 'deleted' };
      const profileId = readWrittenProfile(event);
      return profileId === null ? NONE : { does: 'profile', profileId };
    },
    done: 'hint for a computer whose record was deleted; a watched profile that was written or deleted is read again; else counted and ignored',
    why: 'A deleted record is retired when Jamf confirms that it is gone. A profile with another scope or identifier concerns other Macs: then the whole fleet is assessed anew. Recert itself only reads profiles, and reads do nothing here. Other operations change no certificate.',
  },
  SCEPChallenge: ignored(
    'Belongs to dynamic challenges, which Okta’s static SCEP does not use. It carries a password, which is not kept.',
  ),
  SmartGroupComputerMembershipChange: {
    effect: (event) => {
      const computerIds = readMembershipChange(event);
      return computerIds && computerIds.length > 0
        ? { does: 'hints', computerIds, reason: 'smart-group' }
        : NONE;
    },
    done: 'hint for each Mac that entered or left the group',
    why: 'The admin keeps a group such as _certificate expires soon_: whoever enters it may be due, whoever leaves it may be renewed.',
  },
  SmartGroupMobileDeviceMembershipChange: NOT_A_MAC,
  SmartGroupUserMembershipChange: NOT_A_MAC,
} as const satisfies Record<string, Treatment>;

/** Name of an event that is known. */
export type EventName = keyof typeof EVENTS;

/** What is done with an event that no documentation names: Jamf adds events, and forgets a webhook that was refused. */
export const UNKNOWN_EVENT = ignored('A newer Jamf Pro may send it. It is kept for a look.');

/** Real deliveries have differed in letter case (`ComputerCheckin`). */
const byLowerCase = new Map(Object.keys(EVENTS).map((name) => [name.toLowerCase(), name as EventName]));

/** The documented spelling of an event's name, `null` for an unknown one. */
export function knownEvent(said: string): EventName | null {
  return byLowerCase.get(said.toLowerCase()) ?? null;
}
