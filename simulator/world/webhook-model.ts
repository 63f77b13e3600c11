/** Types of webhook objects, events and the delivery log. */
import type { Spelling } from './spelling.js';

export type CheckInTrigger =
  'startup' | 'login' | 'logout' | 'network change' | 'enrollment complete' | 'recurring';

/** Content of the RestAPIOperation event with the property names of Jamf Pro. */
export interface RestApiOperation {
  authorizedUsername: string;
  objectID: number;
  objectName: string;
  objectTypeName: string;
  operationSuccessful: boolean;
  restAPIOperationType: 'GET' | 'POST' | 'PUT' | 'DELETE';
}

/** An event of the world that a webhook can report. `at` is epoch milliseconds. */
export type WorldEvent =
  | { name: 'ComputerAdded'; at: number; computerId: number }
  | { name: 'ComputerCheckIn'; at: number; computerId: number; trigger: CheckInTrigger }
  | { name: 'ComputerInventoryCompleted'; at: number; computerId: number }
  | { name: 'ComputerPolicyFinished'; at: number; computerId: number; policyId: number; successful: boolean }
  | { name: 'ComputerPushCapabilityChanged'; at: number; computerId: number }
  | { name: 'PushSent'; at: number; computerId: number; managementId: string; type: string }
  | {
      name: 'SmartGroupComputerMembershipChange';
      at: number;
      groupId: number;
      added: number[];
      removed: number[];
    }
  | { name: 'JSSStartup' | 'JSSShutdown'; at: number }
  | { name: 'RestAPIOperation'; at: number; operation: RestApiOperation };

/** Settings of a webhook object. */
export interface WebhookSettings {
  name: string;
  enabled: boolean;
  url: string;
  contentType: 'text/xml' | 'application/json';
  /** A Jamf Pro event name. Events that the simulator does not create are accepted but never sent. */
  event: string;
  connectionTimeoutS: number;
  readTimeoutS: number;
  /** With MTLS, no certificate is presented, because the API cannot set one. */
  authenticationType: 'NONE' | 'BASIC' | 'HEADER' | 'HASH_SIGNATURE' | 'MTLS';
  username: string;
  password: string;
  /** JSON object of header names and values, the format of Jamf Pro. */
  header: string;
  /** Algorithm of HASH_SIGNATURE. Its secret is `password`. */
  hashAlgorithm: 'SHA256' | 'SHA512';
  /** For smart-group events: ID of the group; 0 means every group. */
  smartGroupId: number;
}

/** A stored webhook object. */
export interface Webhook extends WebhookSettings {
  readonly id: number;
}

/** Result of a delivery. `lost` is a fault, `dropped` is caused by a full queue. Duplicates are counted separately. */
export type DeliveryOutcome = 'delivered' | 'refused' | 'timed-out' | 'failed' | 'lost' | 'dropped';

/** An entry in the delivery log. `at` is the event time, epoch milliseconds. */
export interface Delivery {
  at: number;
  webhookId: number;
  event: string;
  computerId: number | null;
  outcome: DeliveryOutcome;
  /** HTTP status; `null` without a response. */
  status: number | null;
  /** Wall-clock duration of the request, milliseconds. */
  durationMs: number;
  doubled: boolean;
}

/** Fault switches of the world, changeable at any time. Shares are 0 to 1. */
export interface WorldFaults {
  webhooks: { lose: number; double: number; reorder: number };
  /** Shares of certificate requests: `failing` fail, in addition to the option `ca.failing`; `losing` are issued but not received. */
  ca: { failing: number; losing: number; rateLimited: boolean };
  /** Share of pushes that are lost. The larger of this and the option `rhythm.pushLost` applies. */
  push: { lose: number };
  /** Spelling of event names and triggers in webhooks. */
  words: Spelling;
}

/** Counts of simulated faults that no log contains, since the simulation started. */
export interface Mishaps {
  pushesLost: number;
  /** Commands answered with NotNow. */
  notNow: number;
  /** Webhooks that were held back, so that a later webhook could be delivered first. */
  webhooksReordered: number;
  /** Responses with group members or commands from before a change, because the node was not synchronized yet. */
  staleAnswers: number;
}
