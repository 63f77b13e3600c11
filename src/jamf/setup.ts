import type { Secret } from '../config/values/secret.js';
import type { ComputerGroup } from '../domain/profile.js';
import type { JamfClient, Named } from './client.js';
import type { NewProfile } from './resources/new-profile.js';

/** What every webhook object says. Durations are whole seconds in Jamf. */
interface WebhookFields {
  /** Unique in Jamf. */
  name: string;
  enabled: boolean;
  url: string;
  contentType: string;
  /** Name of the one event that it sends. */
  event: string;
  /** Id of the group whose changes it tells of, for smart-group events alone. */
  smartGroupId: string | null;
}

/** How Jamf proves who it is when it sends a webhook, as it is written. */
export type WebhookCredentials =
  | { type: 'none' }
  | { type: 'basic'; username: string; password: Secret }
  /** Header names and their values. */
  | { type: 'header'; headers: ReadonlyMap<string, Secret> }
  /** HASH_SIGNATURE: an HMAC over the body. */
  | { type: 'signature'; algorithm: SignatureAlgorithm; secret: Secret }
  /** Jamf takes the client certificate in its web interface alone. */
  | { type: 'mtls' };

/** Hashes that Jamf makes an HMAC with. */
export type SignatureAlgorithm = 'sha256' | 'sha512';

/** A webhook object as it is written. */
export interface WebhookSettings extends WebhookFields {
  connectionTimeoutMs: number;
  readTimeoutMs: number;
  credentials: WebhookCredentials;
}

/** The same as it is read: Jamf never shows a password, and today shows headers in clear. */
export type ShownCredentials =
  | { type: 'none' }
  | { type: 'basic'; username: string }
  /** `null` when Jamf shows none, or nothing that is a map of headers. */
  | { type: 'header'; headers: ReadonlyMap<string, Secret> | null }
  /** `null` when Jamf does not say which. */
  | { type: 'signature'; algorithm: string | null }
  | { type: 'mtls' }
  /** A newer kind, by Jamf's name. */
  | { type: 'other'; said: string };

/** A webhook object as Jamf has it. */
export interface Webhook extends WebhookFields {
  id: string;
  /** `null` when Jamf does not say. */
  connectionTimeoutMs: number | null;
  readTimeoutMs: number | null;
  credentials: ShownCredentials;
}

/** What a server says of itself. */
export interface ServerFacts {
  /** Such as `11.30.1-t1234`. */
  version: string;
  /** Which inventory is read there. */
  inventory: 'v3' | 'v4';
  /** By how much its clock is ahead of ours, milliseconds, to about a second; `null` when it does not say. */
  clockAheadMs: number | null;
}

/** What the token in use may do. */
export interface Privileges {
  /** Names as Jamf writes them; empty when it does not tell. */
  names: ReadonlySet<string>;
  /** An administrator: everything, whatever is listed. */
  all: boolean;
}

/** What setting up and looking for faults ask of Jamf beside what the service needs. Every call may throw a `JamfError`. */
export interface JamfSetup extends Omit<JamfClient, 'inSession'> {
  about(): Promise<ServerFacts>;
  /** What the token may do, as Jamf says (`GET /api/v1/auth`). */
  privileges(): Promise<Privileges>;
  /** Id and name of every webhook object, ours and others. */
  listWebhooks(): Promise<readonly Named[]>;
  readWebhook(id: string): Promise<Webhook>;
  createWebhook(settings: WebhookSettings): Promise<void>;
  /** Replaces all that a webhook says, its credentials included. */
  updateWebhook(id: string, settings: WebhookSettings): Promise<void>;
  deleteWebhook(id: string): Promise<void>;
  /** The computer group of exactly this name; `null` when there is none. */
  findGroup(name: string): Promise<ComputerGroup | null>;
  /** Makes a static group with nobody in it. Jamf refuses a name that is taken. */
  createStaticGroup(name: string): Promise<void>;
  /** Makes a profile in nobody's scope. Jamf refuses a name that is taken. */
  createProfile(profile: NewProfile): Promise<void>;
  /** As `JamfClient.inSession`. */
  inSession<T>(work: (jamf: JamfSetup) => Promise<T>): Promise<T>;
}

/** With what its owner needs beside the calls. */
export interface JamfSetupConnection extends JamfSetup {
  /** Ends idle connections; calls under way are cut. */
  close(): void;
}
