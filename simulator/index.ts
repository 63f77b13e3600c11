import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import type { Backend } from './http/backend.js';
import { createCluster } from './http/cluster.js';
import { createFaultSwitches } from './http/faults/switches.js';
import { httpOptionsSchema } from './http/options.js';
import { createRequestLog } from './http/request-log.js';
import { createApp } from './http/server.js';
import { createTokens } from './http/auth/tokens.js';
import { createUptime } from './http/uptime.js';
import { simulatorOptionsSchema } from './options.js';
import { createRandom } from './world/random.js';
import { createWorld } from './world/build.js';
import type { World } from './world/world.js';

/** All options of the simulator: the simulated world, the listening address, and the HTTP server. */
export const serverOptionsSchema = simulatorOptionsSchema
  .extend({
    port: z.int().min(0).max(65_535).default(0).describe('Port to listen on; 0 selects a free port.'),
    host: z
      .string()
      .default('127.0.0.1')
      .describe('Address to listen on. The control API accepts only loopback connections.'),
    http: httpOptionsSchema.prefault({}),
  })
  .strict();

/** Options of the simulator before parsing: durations are strings, every option is optional. */
export type ServerOptionsInput = z.input<typeof serverOptionsSchema>;

/** A running simulator. */
export interface Simulator {
  /** Base URL without a trailing slash. */
  readonly url: string;
  readonly controlUrl: string;
  readonly world: World;
  /** Stops the clock and the webhook deliveries, and closes all connections, including those that hang because of a fault. */
  close(): Promise<void>;
}

/** Starts a simulator. @throws z.ZodError with all invalid options, or the error of the listening socket */
export async function startSimulator(input: ServerOptionsInput = {}): Promise<Simulator> {
  const { port, host, http, ...worldOptions } = serverOptionsSchema.parse(input);
  const world = createWorld(worldOptions);
  // The timeout is longer than the pauses of a client on a busy machine. A load balancer in front of Jamf Pro keeps
  // idle connections for the same time.
  const server = createServer({ keepAliveTimeout: 65_000 });
  const url = await listen(server, port, host);
  if (input.baseUrl === undefined) world.setBaseUrl(url);

  const choices = createRandom(worldOptions.seed, 'http');
  const random = () => choices.next();
  const tokens = createTokens(() => world.clock.now());
  const faults = createFaultSwitches(world, random);
  const uptime = createUptime(world, tokens);
  const backend: Backend = {
    world,
    options: http,
    tokens,
    faults,
    random,
    cluster: createCluster(world, http, random, () => faults.nodeBehind()),
    requests: createRequestLog(http.requestLog, () => world.clock.now()),
    isDown: uptime.isDown,
    baseUrl: () => input.baseUrl ?? url,
  };
  const app = createApp(backend);
  server.on('request', (req, res) => {
    uptime.follow(req, res);
    app(req, res);
  });
  world.start();

  return {
    url,
    controlUrl: `${url}/__simulator`,
    world,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await world.stop();
      await closed;
    },
  };
}

async function listen(server: Server, port: number, host: string): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { address, family, port: actual } = server.address() as AddressInfo;
  const reachable = address === '0.0.0.0' || address === '::' ? '127.0.0.1' : address;
  return `http://${family === 'IPv6' && reachable === address ? `[${address}]` : reachable}:${actual}`;
}
