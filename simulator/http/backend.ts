import type { World } from '../world/world.js';
import type { Tokens } from './auth/tokens.js';
import type { Cluster } from './cluster.js';
import type { FaultSwitches } from './faults/switches.js';
import type { HttpOptions } from './options.js';
import type { RequestLog } from './request-log.js';

/** What every route of the simulator stands on. */
export interface Backend {
  world: World;
  options: HttpOptions;
  tokens: Tokens;
  cluster: Cluster;
  faults: FaultSwitches;
  requests: RequestLog;
  /** Choices from 0 to 1, for shares and nodes. */
  random: () => number;
  /** Between JSSShutdown and JSSStartup. */
  isDown: () => boolean;
  /** Where the simulator is reached. */
  baseUrl: () => string;
}
