import type { IncomingMessage, ServerResponse } from 'node:http';
import type { World } from '../world/world.js';
import type { Tokens } from './auth/tokens.js';

/** Whether the server is up; a restart cuts what is under way and forgets all tokens. */
export interface Uptime {
  isDown: () => boolean;
  /** Has a call cut when the server goes down, unless it is one to the control API. */
  follow(req: IncomingMessage, res: ServerResponse): void;
}

/** Listens to JSSShutdown and JSSStartup of the world. */
export function createUptime(world: World, tokens: Tokens): Uptime {
  let down = false;
  const underWay = new Set<ServerResponse>();
  world.onEvent(({ name }) => {
    if (name === 'JSSStartup') down = false;
    if (name !== 'JSSShutdown') return;
    down = true;
    tokens.clear();
    for (const res of underWay) res.socket?.destroy();
  });
  return {
    isDown: () => down,
    follow(req, res) {
      if (req.url?.startsWith('/__simulator')) return;
      underWay.add(res);
      res.once('close', () => underWay.delete(res));
    },
  };
}
