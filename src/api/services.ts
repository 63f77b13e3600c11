import type { Config } from '../config/schema.js';
import type { QueueName } from '../queues/names.js';
import type { Producers } from '../queues/producers.js';
import type { AuditStore } from '../store/audit.js';
import type { ComputerStore } from '../store/computers.js';
import type { EventLog } from '../store/events.js';
import type { Hints } from '../store/hints.js';
import type { IdempotencyStore } from '../store/idempotency.js';
import type { LeaseStore } from '../store/leases.js';
import type { LimitStore } from '../store/limits.js';
import type { NativeStore } from '../store/natives.js';
import type { ProfileAuditStore } from '../store/profile-audits.js';
import type { ProfileStore } from '../store/profiles.js';
import type { RedistributionStore } from '../store/redistributions.js';
import type { BreakGlassStore } from '../store/break-glass.js';
import type { SessionStore } from '../store/sessions.js';
import type { TokenStore } from '../store/tokens.js';
import type { WholeScopeStore } from '../store/whole-scope.js';
import type { Telemetry } from '../telemetry/bus.js';
import type { Replay } from '../webhooks/replay.js';
import type { LiveHub } from './live/hub.js';
import type { QueueLook } from './queue-look.js';
import type { SignsOfLife } from './signs.js';
import type { AttemptBook } from './sign-in/attempt.js';
import type { Provider } from './sign-in/provider.js';
import type { TokenBook } from './tokens.js';

/** Everything that handlers work with. */
export interface ApiServices {
  config: Config;
  version: string;
  now: () => number;
  telemetry: Telemetry;
  tokens: TokenBook;
  issuedTokens: TokenStore;
  /** `null` when no provider is configured. */
  oidc: { provider: Provider; attempts: AttemptBook } | null;
  breakGlass: BreakGlassStore;
  sessions: SessionStore;
  idempotency: IdempotencyStore;
  audit: AuditStore;
  computers: ComputerStore;
  profiles: ProfileStore;
  profileAudits: Pick<ProfileAuditStore, 'get' | 'all' | 'lastOfAll'>;
  redistributions: RedistributionStore;
  limits: LimitStore;
  leases: Pick<LeaseStore, 'all'>;
  natives: Pick<NativeStore, 'since'>;
  wholeScopes: WholeScopeStore;
  events: EventLog;
  replay: Replay;
  hints: Pick<Hints, 'add' | 'count'>;
  producers: Producers;
  live: LiveHub;
  lookAtQueues(): Promise<Readonly<Record<QueueName, QueueLook>>>;
  signsOfLife(instance: string): Promise<SignsOfLife>;
}
