import type { HintReason } from '../../store/hints/hints.js';
import { enumeration } from '../../xml/coerce.js';
import {
  type ComputerFacts,
  readComputer,
  readDeletedComputer,
  readMembershipChange,
  isEnrollment,
  readWrittenProfile,
} from './fields.js';

/** The effect of an event, before duplicates are detected. */
export type Effect =
  /** Queue one Mac for assessment and record its contact. `later`: after `addedDelay`; otherwise after `gather`. */
  | { does: 'hint'; computer: ComputerFacts; reason: HintReason; later: boolean }
  /** Queue several Macs for assessment, without recording contact. */
  | { does: 'hints'; computerIds: readonly string[]; reason: HintReason }
  /** Record the contact of a Mac. Queue the Mac for assessment only if it has a redistribution in progress. */
  | { does: 'touch'; computer: ComputerFacts }
  /** Read a configuration profile again, if it is watched. */
  | { does: 'profile'; profileId: string }
  /** For `holdMs` milliseconds, read no Macs from Jamf Pro for assessment; 0 ends the hold. */
  | { does: 'hold'; holdMs: number }
  | { does: 'none' }
  /** Reject the event, because it does not identify a Mac. */
  | { does: 'refuse' };

/** How an event is handled. `done` and `why` are cells of the table in docs/webhooks.md. */
export interface Treatment {
  effect: (event: unknown) => Effect;
  /** The effect as text. */
  done: string;
  why: string;
}

/**
 * Time after JSSShutdown in which no Macs are read for assessment, milliseconds. JSSStartup ends it earlier. It is
 * shorter than a restart, because in a cluster the event may concern only one node while the other nodes still respond.
 * If Jamf Pro is still down after this time, calls fail, the circuit breaker of the client opens, and the backlog is
 * kept.
 */
const SHUTDOWN_HOLD_MS = 30_000;

const NONE: Effect = { does: 'none' };

const aboutComputer =
  (effect: (computer: ComputerFacts, event: unknown) => Effect) =>
  (event: unknown): Effect => {
    const computer = readComputer(event);
    return computer ? effect(computer, event) : { does: 'refuse' };
  };

const queue = (reason: HintReason, { later = false } = {}) =>
  aboutComputer((computer) => ({ does: 'hint', computer, reason, later }));

const touch = aboutComputer((computer) => ({ does: 'touch', computer }));

const ignored = (why: string): Treatment => ({ effect: () => NONE, done: 'counted and ignored', why });
const NOT_A_MAC = ignored('Not about a Mac.');

/** Every known Jamf Pro webhook event and how it is handled. The names are those of the Jamf Pro documentation. */
export const EVENTS = {
  ComputerAdded: {
    effect: queue('added', { later: true }),
    done: 'the Mac is queued for assessment after `addedDelay`; last contact is recorded',
    why: 'The profiles and the certificate of a new Mac need time to arrive.',
  },
  ComputerCheckIn: {
    effect: aboutComputer((computer, event) =>
      isEnrollment(event)
        ? { does: 'hint', computer, reason: 'enrolled', later: true }
        : { does: 'touch', computer },
    ),
    done: 'last contact is recorded; the Mac is queued for assessment when it has an open redistribution, or (after `addedDelay`) when the trigger is `enrollment complete`',
    why: 'A check-in shows that the Mac is online and contains no certificate data; it is by far the most frequent event. A re-enrolled Mac causes no ComputerAdded.',
  },
  ComputerInventoryCompleted: {
    effect: queue('inventory'),
    done: 'the Mac is queued for assessment; last contact is recorded',
    why: 'Jamf Pro updates certificate data only with inventory, so a renewal can be verified now.',
  },
  ComputerPatchPolicyCompleted: {
    effect: touch,
    done: 'last contact is recorded; the Mac is queued for assessment when it has an open redistribution',
    why: 'The event shows that the Mac is online.',
  },
  ComputerPolicyFinished: {
    effect: touch,
    done: 'last contact is recorded; the Mac is queued for assessment when it has an open redistribution',
    why: 'The event shows that the Mac is online.',
  },
  ComputerPushCapabilityChanged: {
    effect: queue('push'),
    done: 'the Mac is queued for assessment; last contact is recorded',
    why: 'Without push, no profile is installed.',
  },
  DeviceAddedToDEP: ignored('The device is not enrolled yet and has no computer ID.'),
  DeviceRateLimited: ignored('Jamf Pro limits a Mac that reports too often. The payload is not documented.'),
  JSSShutdown: {
    effect: () => ({ does: 'hold', holdMs: SHUTDOWN_HOLD_MS }),
    done: `no assessment reads for ${SHUTDOWN_HOLD_MS / 1_000} s, or until JSSStartup`,
    why: 'Calls to a server that is shutting down would fail. The assessment backlog waits meanwhile.',
  },
  JSSStartup: {
    effect: () => ({ does: 'hold', holdMs: 0 }),
    done: 'assessment reads resume; the cool-down starts: no redistribution is triggered for `waits.hold`',
    why: 'The server is available again and needs time to stabilize.',
  },
  MobileDeviceCheckIn: NOT_A_MAC,
  MobileDeviceCommandCompleted: NOT_A_MAC,
  MobileDeviceEnrolled: NOT_A_MAC,
  MobileDeviceInventoryCompleted: NOT_A_MAC,
  MobileDevicePushSent: NOT_A_MAC,
  MobileDeviceUnEnrolled: NOT_A_MAC,
  PatchSoftwareTitleUpdated: NOT_A_MAC,
  PushSent: ignored('The event shows that a push was sent, not that it arrived.'),
  RestAPIOperation: {
    effect: (event) => {
      const computerId = readDeletedComputer(event);
      if (computerId !== null) return { does: 'hints', computerIds: [computerId], reason: 'deleted' };
      const profileId = readWrittenProfile(event);
      return profileId === null ? NONE : { does: 'profile', profileId };
    },
    done: 'a computer whose record was deleted is queued for assessment; a watched profile that was saved or deleted is read again; any other operation is counted and ignored',
    why: 'A deleted record is retired when Jamf Pro confirms that it no longer exists. A profile with a changed scope or identifier affects other Macs, so the whole fleet is assessed again. Recert only reads profiles, and read operations have no effect here. Other operations do not change certificates.',
  },
  SCEPChallenge: ignored(
    'The event belongs to dynamic SCEP challenges, which Okta static SCEP does not use. It contains a password, which is not stored.',
  ),
  SmartGroupComputerMembershipChange: {
    effect: (event) => {
      const computerIds = readMembershipChange(event);
      return computerIds && computerIds.length > 0
        ? { does: 'hints', computerIds, reason: 'smart-group' }
        : NONE;
    },
    done: 'each Mac that entered or left the group is queued for assessment',
    why: 'An admin can maintain a group such as _certificate expires soon_. A Mac that enters it may be due; a Mac that leaves it may be renewed.',
  },
  SmartGroupMobileDeviceMembershipChange: NOT_A_MAC,
  SmartGroupUserMembershipChange: NOT_A_MAC,
} as const satisfies Record<string, Treatment>;

export type EventName = keyof typeof EVENTS;

/**
 * How an unknown event is handled. It is admitted, because Jamf Pro adds events in new versions and does not send
 * a rejected webhook again.
 */
export const UNKNOWN_EVENT = ignored(
  'A newer version of Jamf Pro may send such events. Recert keeps them in the event log.',
);

/**
 * Returns the documented spelling of an event name; `null` for an unknown event. Some Jamf Pro versions send
 * `ComputerCheckin`.
 */
export const knownEvent: (name: string) => EventName | null = enumeration(Object.keys(EVENTS) as EventName[]);
