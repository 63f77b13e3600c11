import { z } from 'zod';
import type { Api } from './api.js';

/** Which inventory to ask for: v4 exists since 11.30.0, v3 is deprecated since 2026-07-14. */
export type InventoryVersion = 'v3' | 'v4';

/** Knows the version of the server, and asks again once an hour: servers are upgraded while we run. */
export interface ServerVersion {
  /** Asks the server. */
  read(api: Api): Promise<string>;
  /** The version of inventory to use, remembered. */
  inventory(api: Api): Promise<InventoryVersion>;
  /** The server has no v4 after all. */
  fallBack(): void;
}

const KEPT_MS = 3_600_000;
const schema = z.object({ version: z.string().min(1) });

/** Remembers nothing at first. */
export function createServerVersion(now: () => number): ServerVersion {
  let known: { inventory: InventoryVersion; until: number } | null = null;
  const keep = (inventory: InventoryVersion) => {
    known = { inventory, until: now() + KEPT_MS };
    return inventory;
  };
  const read = async (api: Api) => {
    const call = 'server.version';
    const answer = await api.send({ call, method: 'GET', path: '/api/v1/jamf-pro-version', json: true });
    const { version } = api.understand(call, schema, answer);
    keep(inventoryOf(version));
    return version;
  };
  return {
    read,
    inventory: async (api) => {
      if (known && now() < known.until) return known.inventory;
      return inventoryOf(await read(api));
    },
    fallBack: () => void keep('v3'),
  };
}

/** By a version such as `11.30.1-t1780000000`; one that is not read is taken for a newer one. */
export function inventoryOf(version: string): InventoryVersion {
  const match = /^(\d+)\.(\d+)/.exec(version);
  if (!match) return 'v4';
  const [major, minor] = [Number(match[1]), Number(match[2])];
  return major > 11 || (major === 11 && minor >= 30) ? 'v4' : 'v3';
}
