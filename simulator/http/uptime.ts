import type { IncomingMessage, ServerResponse } from 'node:http';
import type { World } from '../world/world.js';
import type { Tokens } from './auth/tokens.js';

/** Tracks restarts of the simulated Jamf Pro. A shutdown closes all connections and invalidates all tokens. */
export interface Uptime {
  isDown: () => boolean;
  /** Registers a request, so that a shutdown can close its connection. Ignores requests to the control API. */
  follow(req: IncomingMessage, res: ServerResponse): void;
}

/** Subscribes to the JSSShutdown event of the world. */
export function createUptime(world: World, tokens: Tokens): Uptime {
  const open = new Set<ServerResponse>();
  world.onEvent(({ name }) => {
    if (name !== 'JSSShutdown') return;
    tokens.clear();
    for (const res of open) res.socket?.destroy();
  });
  return {
    isDown: () => world.down,
    follow(req, res) {
      if (req.url?.startsWith('/__simulator')) return;
      open.add(res);
      res.once('close', () => open.delete(res));
    },
  };
}
