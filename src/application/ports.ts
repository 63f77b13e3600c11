import type { ChannelConfig } from '../config/sections/notifications.js';
import type { InstanceConfig } from '../config/sections/instance.js';
import type { Config } from '../config/schema.js';
import type { QueueName } from '../contract/queue-names.js';
import type { CaFacts } from '../domain/audit/ca.js';
import type { Notice } from '../domain/incidents/notice.js';
import type { JamfClient } from '../jamf/client.js';
import type { OktaConnector } from '../okta/connector.js';
import type { WholeScopeConnection } from '../jamf/resources/redeploy.js';
import type { Producers } from '../queues/producers.js';
import type { QueueStats } from '../queues/queue-stats.js';
import type { FailedJobs } from '../queues/failed-jobs.js';
import type { FinishedSweep } from '../queues/finished-sweeps.js';
import type { Stores } from '../store/open-stores.js';
import type { Telemetry } from '../telemetry/bus.js';
import type { Replay } from './webhooks/replayable.js';

export type { JamfClient } from '../jamf/client.js';
export type { WholeScopeConnection } from '../jamf/resources/redeploy.js';
export type { FailedJob } from '../queues/failed-jobs.js';
export type { Producers } from '../queues/producers.js';
export type { LoggedEvent, EventLog } from '../store/admission/event-log.js';
export type { AuditEntry, AuditIntent, AuditResult } from '../store/audit/audit.js';
export type { Batch, Refusals } from '../store/batches/batches.js';
export type { ComputerPage, PageRequest } from '../store/computers/computers.js';
export type { FullSweep, SweepName, SweepResult } from '../store/cursors/cursors.js';
export type { Hint } from '../store/hints/hints.js';
export type { HintReason } from '../store/hints/reasons.js';
export type { IncidentMemory, IncidentRecord } from '../store/incidents/incidents.js';
export type { WatchList } from '../store/profiles/profiles.js';
export type { Failing } from '../store/redistributions/failing.js';
export type { HeldLease } from '../store/redistributions/leases.js';
export type { Telemetry } from '../telemetry/bus.js';

/**
 * Everything that the use cases need from other layers, by name. A use case takes only the ports that it uses, as
 * `Pick<Ports, ...>`, so a test can pass objects in memory. This file contains only types, so importing it loads no
 * code of an adapter. The processes (src/receiver.ts, workers/worker.ts) pass the adapters.
 */
export interface Ports extends Stores {
  config: Config;
  /** Version of Recert, from package.json. */
  version: string;
  /** Returns the current time in epoch milliseconds. */
  now: () => number;
  telemetry: Telemetry;
  producers: Producers;
  /** Returns the client of a Jamf Pro server; `null` when the server is not configured. */
  jamf: (instance: string) => JamfClient | null;
  /** Returns the read-only connector to Okta of a Jamf Pro server; `null` when it is not configured. */
  okta: (instance: string) => OktaConnector | null;
  /** Creates a connection that can redistribute a profile to its whole scope. Only a request by a user may use it. */
  connectWholeScope: (instance: string, settings: InstanceConfig) => WholeScopeConnection;
  /** Reads from a CA what it publishes over SCEP. Never throws. */
  askCa: (url: string, name: string) => Promise<CaFacts>;
  /** Sends one notice to one notification channel. Returns the error instead of throwing it. */
  sendNotice: (
    channel: ChannelConfig,
    notice: Notice,
    sender: { source: string; now: () => number },
  ) => Promise<Error | undefined>;
  /** Processes an event from the event log again. */
  replay: Replay;
  failedJobs: FailedJobs;
  queueStats: () => Promise<Readonly<Record<QueueName, QueueStats>>>;
  /** The latest finished sweeps of all Jamf Pro servers, at most as many as the queue keeps. */
  finishedSweeps: () => Promise<readonly FinishedSweep[]>;
}
