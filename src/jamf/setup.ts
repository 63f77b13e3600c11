import type { Secret } from '../config/values/secret.js';
import type { ComputerGroup } from '../domain/profile.js';
import type { JamfClient, NamedObject } from './client.js';
import type { NewProfile } from './resources/new-profile.js';

/** Fields of a webhook in Jamf Pro that are both read and written. */
interface WebhookFields {
  /** Name of the webhook, unique on the server. */
  name: string;
  enabled: boolean;
  url: string;
  contentType: string;
  /** Event that the webhook sends; each webhook has exactly one. */
  event: string;
  /** ID of the smart group whose changes are sent; only for smart-group events. */
  smartGroupId: string | null;
}

/** Authentication of a webhook, as Recert writes it to Jamf Pro. */
export type WebhookCredentials =
  | { type: 'none' }
  | { type: 'basic'; username: string; password: Secret }
  /** Header authentication: the headers, with secret values, that Jamf Pro sends with each webhook. */
  | { type: 'header'; headers: ReadonlyMap<string, Secret> }
  /** HASH_SIGNATURE in Jamf Pro: an HMAC over the body. */
  | { type: 'signature'; algorithm: SignatureAlgorithm; secret: Secret }
  /** Client certificate. It can be set only in the web interface of Jamf Pro. */
  | { type: 'mtls' };

/** Hash algorithms of `HASH_SIGNATURE`. */
export type SignatureAlgorithm = 'sha256' | 'sha512';

/** A webhook as Recert writes it to Jamf Pro. Timeouts must be whole seconds, because Jamf Pro stores seconds. */
export interface WebhookSettings extends WebhookFields {
  connectionTimeoutMs: number;
  readTimeoutMs: number;
  credentials: WebhookCredentials;
}

/**
 * Authentication of a webhook as Jamf Pro returns it. Jamf Pro never returns a password, but returns headers in
 * clear text.
 */
export type ShownCredentials =
  | { type: 'none' }
  | { type: 'basic'; username: string }
  /** `null` if Jamf Pro returns no headers, or returns them in a form that is not a map. */
  | { type: 'header'; headers: ReadonlyMap<string, Secret> | null }
  /** `null` if Jamf Pro does not return the algorithm. */
  | { type: 'signature'; algorithm: string | null }
  | { type: 'mtls' }
  /** An authentication type that Recert does not know, by its name in Jamf Pro. */
  | { type: 'other'; said: string };

/** A webhook as Jamf Pro returns it. */
export interface Webhook extends WebhookFields {
  id: string;
  /** Milliseconds; `null` if Jamf Pro does not return the timeout. */
  connectionTimeoutMs: number | null;
  readTimeoutMs: number | null;
  credentials: ShownCredentials;
}

/** Version and clock of a server. */
export interface ServerFacts {
  /** Version, for example `11.30.1-t1234`. */
  version: string;
  /** Version of the inventory endpoint in use. */
  inventory: 'v3' | 'v4';
  /**
   * How far the clock of the server is ahead of the clock of this process, milliseconds, accurate to about a
   * second; `null` if the server sent no date.
   */
  clockAheadMs: number | null;
}

/** Privileges of the current token. */
export interface Privileges {
  /** Names of the privileges as Jamf Pro returns them; empty if it returns none. */
  names: ReadonlySet<string>;
  /** True for an administrator with full access, who has all privileges. */
  all: boolean;
}

/**
 * The calls of `JamfClient`, and the calls that only the setup commands and `recert doctor` use. Every call may throw a
 * `JamfError`.
 */
export interface JamfSetup extends Omit<JamfClient, 'inSession'> {
  about(): Promise<ServerFacts>;
  /** Returns the privileges of the current token (`GET /api/v1/auth`). */
  privileges(): Promise<Privileges>;
  /** Returns ID and name of every webhook in Jamf Pro, including those of other systems. */
  listWebhooks(): Promise<readonly NamedObject[]>;
  readWebhook(id: string): Promise<Webhook>;
  createWebhook(settings: WebhookSettings): Promise<void>;
  /** Replaces all fields of a webhook, including its credentials. */
  updateWebhook(id: string, settings: WebhookSettings): Promise<void>;
  deleteWebhook(id: string): Promise<void>;
  /** Finds the computer group with exactly this name; `null` if there is none. */
  findGroup(name: string): Promise<ComputerGroup | null>;
  /** Creates an empty static group. Jamf Pro rejects a name that is in use. */
  createStaticGroup(name: string): Promise<void>;
  /** Creates a profile with an empty scope. Jamf Pro rejects a name that is in use. */
  createProfile(profile: NewProfile): Promise<void>;
  /** Runs several calls on the same cluster node (see `JamfClient.inSession`). */
  inSession<T>(work: (jamf: JamfSetup) => Promise<T>): Promise<T>;
}

/** A client of the setup commands with its connections, which must be closed. */
export interface JamfSetupConnection extends JamfSetup {
  /** Closes all connections. Calls in progress fail. */
  close(): void;
}
