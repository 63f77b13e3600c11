import type { World } from '../world/world.js';
import type { Tokens } from './auth/tokens.js';
import type { Cluster } from './cluster.js';
import type { FaultSwitches } from './faults/switches.js';
import type { HttpOptions } from './options.js';
import type { RequestLog } from './request-log.js';

/** Dependencies of the routes of the simulator. */
export interface Backend {
  world: World;
  options: HttpOptions;
  tokens: Tokens;
  cluster: Cluster;
  faults: FaultSwitches;
  requests: RequestLog;
  /** Random number from 0 (inclusive) to 1 (exclusive), for shares and the choice of a node. */
  random: () => number;
  /** True between JSSShutdown and JSSStartup. */
  isDown: () => boolean;
  /** Base URL of the simulator without a trailing slash. */
  baseUrl: () => string;
}
