import type { IncomingMessage, ServerResponse } from 'node:http';
import type { World } from '../world/world.js';
import type { Tokens } from './auth/tokens.js';

/** Whether the server is up; a restart cuts what is under way and forgets all tokens. */
export interface Uptime {
  isDown: () => boolean;
  /** Has a call cut when the server goes down, unless it is one to the control API. */
  follow(req: IncomingMessage, res: ServerResponse): void;
}

/** Listens to JSSShutdown of the world. */
export function createUptime(world: World, tokens: Tokens): Uptime {
  const underWay = new Set<ServerResponse>();
  world.onEvent(({ name }) => {
    if (name !== 'JSSShutdown') return;
    tokens.clear();
    for (const res of underWay) res.socket?.destroy();
  });
  return {
    isDown: () => world.down,
    follow(req, res) {
      if (req.url?.startsWith('/__simulator')) return;
      underWay.add(res);
      res.once('close', () => underWay.delete(res));
    },
  };
}
