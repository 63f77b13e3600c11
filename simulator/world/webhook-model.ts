/** Webhook objects of Jamf, the events that they are sent for, and the log of deliveries. */

export type CheckInTrigger =
  'startup' | 'login' | 'logout' | 'network change' | 'enrollment complete' | 'recurring';

export interface RestApiOperation {
  authorizedUsername: string;
  objectID: number;
  objectName: string;
  objectTypeName: string;
  operationSuccessful: boolean;
  restAPIOperationType: 'GET' | 'POST' | 'PUT' | 'DELETE';
}

/** What happened in the world, as far as a webhook can tell of it. */
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

/** What a client may say of a webhook object. */
export interface WebhookSettings {
  name: string;
  enabled: boolean;
  url: string;
  contentType: 'text/xml' | 'application/json';
  /** Any of Jamf's event names; those the world never causes are kept and never sent. */
  event: string;
  connectionTimeoutS: number;
  readTimeoutS: number;
  /** With MTLS nothing is presented: its certificate cannot be given by the API. */
  authenticationType: 'NONE' | 'BASIC' | 'HEADER' | 'HASH_SIGNATURE' | 'MTLS';
  username: string;
  password: string;
  /** JSON map of header names and values, as Jamf keeps it. */
  header: string;
  /** For HASH_SIGNATURE, whose secret is `password`. */
  hashAlgorithm: 'SHA256' | 'SHA512';
  /** For smart-group events: 0 means every group. */
  smartGroupId: number;
}

export interface Webhook extends WebhookSettings {
  readonly id: number;
}

/** `lost` and `doubled` are faults; `dropped` is a full queue. Doubled ones are counted beside. */
export type DeliveryOutcome = 'delivered' | 'refused' | 'timed-out' | 'failed' | 'lost' | 'dropped';

export interface Delivery {
  at: number;
  webhookId: number;
  event: string;
  computerId: number | null;
  outcome: DeliveryOutcome;
  /** HTTP status, when there was an answer. */
  status: number | null;
  /** Wall-clock milliseconds from the start of the request to its end. */
  durationMs: number;
  doubled: boolean;
}

/** Switches that may be turned at any time; shares from 0 to 1. */
export interface WorldFaults {
  webhooks: { lose: number; double: number; reorder: number };
  /** Shares of enrolments: that fail, beside `ca.failing` of the options; and that are granted, whereupon the Mac loses the certificate. */
  ca: { failing: number; losing: number; rateLimited: boolean };
  /** Share of pushes that never arrive, beside `rhythm.pushLost` of the options. */
  push: { lose: number };
}

/** How often the world was unkind since its start, where no log tells it. */
export interface Mishaps {
  pushesLost: number;
  /** Commands that a Mac put off. */
  notNow: number;
  /** Webhooks that another one may have overtaken. */
  webhooksReordered: number;
  /** Members or commands that a node told as they were before a change. */
  staleAnswers: number;
}
