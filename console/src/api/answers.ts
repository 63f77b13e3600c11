import type { z } from 'zod';
import type { problemSchema } from '../../../src/contract/problem.js';
import type { auditPage } from '../../../src/contract/resources/audit.js';
import type {
  computerDetail,
  computerPage,
  unknownReason,
} from '../../../src/contract/resources/computer.js';
import type { pauseAnswer, sweepAnswer } from '../../../src/contract/resources/control.js';
import type {
  eventDetail,
  eventPage,
  replayAllAnswer,
  replayAllRequest,
  replayAnswer,
} from '../../../src/contract/resources/webhook-events.js';
import type { failuresAnswer } from '../../../src/contract/resources/failures.js';
import type { forecastAnswer } from '../../../src/contract/resources/forecast.js';
import type { overview } from '../../../src/contract/resources/overview.js';
import type { profileAudit, profileList } from '../../../src/contract/resources/profiles.js';
import type {
  batchPage,
  redistributeAnswer,
  redistributeRequest,
  redistributionDetail,
  redistributionPage,
} from '../../../src/contract/resources/redistribution.js';
import type { signedOut, signInWays, whoIsIt } from '../../../src/contract/resources/session.js';
import type { settingsAnswer } from '../../../src/contract/resources/settings.js';

// Request and response types of the API, derived from its schemas. Only types are imported: importing values would
// add zod to the bundle.

export type ProblemDetails = z.output<typeof problemSchema>;
export type SignInWays = z.output<typeof signInWays>;
export type SignedOut = z.output<typeof signedOut>;
export type Who = z.output<typeof whoIsIt>;
export type Overview = z.output<typeof overview>;
export type InstanceOverview = Overview['instances'][number];
export type SetupStep = InstanceOverview['setup'][number];
export type AuditPage = z.output<typeof auditPage>;
export type AuditEntry = AuditPage['entries'][number];
export type ComputerPage = z.output<typeof computerPage>;
export type ComputerSummary = ComputerPage['computers'][number];
export type ComputerDetail = z.output<typeof computerDetail>;
export type UnknownReason = z.output<typeof unknownReason>;
export type MacState = ComputerSummary['states'][number]['state'];
export type RedistributionPage = z.output<typeof redistributionPage>;
export type RedistributionSummary = RedistributionPage['redistributions'][number];
export type RedistributionDetail = z.output<typeof redistributionDetail>;
export type State = RedistributionSummary['state'];
export type Transition = RedistributionDetail['history'][number];
export type RedistributeRequest = z.input<typeof redistributeRequest>;
/** The Macs that a request applies to: a list, or a filter that the server evaluates when it receives the request. */
export type Whom = Pick<RedistributeRequest, 'computers' | 'filter'>;
export type RedistributeAnswer = z.output<typeof redistributeAnswer>;
export type BatchPage = z.output<typeof batchPage>;
export type Batch = BatchPage['batches'][number];
export type ForecastAnswer = z.output<typeof forecastAnswer>;
export type ForecastDay = ForecastAnswer['days'][number];
export type PauseAnswer = z.output<typeof pauseAnswer>;
export type SweepAnswer = z.output<typeof sweepAnswer>;
export type FailuresAnswer = z.output<typeof failuresAnswer>;
export type FailureGroup = FailuresAnswer['groups'][number];
export type BlockedGroup = FailuresAnswer['blocked'][number];
export type ProfileList = z.output<typeof profileList>;
export type WatchedHalf = ProfileList['profiles'][number];
export type ProfileAudit = z.output<typeof profileAudit>;
export type AuditFinding = ProfileAudit['findings'][number];
export type EventPage = z.output<typeof eventPage>;
export type EventSummary = EventPage['events'][number];
export type EventDetail = z.output<typeof eventDetail>;
export type ReplayAnswer = z.output<typeof replayAnswer>;
export type ReplayAllRequest = z.input<typeof replayAllRequest>;
export type ReplayAllAnswer = z.output<typeof replayAllAnswer>;
export type SettingsAnswer = z.output<typeof settingsAnswer>;
export type Setting = SettingsAnswer['settings'][number];
