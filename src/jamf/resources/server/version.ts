import { z } from 'zod';
import type { Api } from '../api.js';

/** Version of the inventory endpoint. v4 was added in Jamf Pro 11.30.0; v3 was deprecated on 2026-07-14. */
export type InventoryVersion = 'v3' | 'v4';

/**
 * Caches the version of the server for an hour. After that, the version is read again, because servers are upgraded
 * while Recert runs.
 */
export interface ServerVersion {
  /** Reads the version from the server and stores it. */
  read(api: Api): Promise<string>;
  /** Returns the version of the inventory endpoint to use, without a call to the server if possible. */
  inventory(api: Api): Promise<InventoryVersion>;
  /** Switches to v3, for a server that answers 404 to v4. */
  fallBack(): void;
}

const VERSION_TTL_MS = 3_600_000;
const schema = z.object({ version: z.string().min(1) });

/** Creates the cache of the version, which is empty at first. `now` returns epoch milliseconds. */
export function createServerVersion(now: () => number): ServerVersion {
  let known: { inventory: InventoryVersion; until: number } | null = null;
  const keep = (inventory: InventoryVersion) => {
    known = { inventory, until: now() + VERSION_TTL_MS };
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

/**
 * Returns the version of the inventory endpoint for a server version such as `11.30.1-t1780000000`. A version that
 * cannot be parsed counts as 11.30 or later.
 */
export function inventoryOf(version: string): InventoryVersion {
  const match = /^(\d+)\.(\d+)/.exec(version);
  if (!match) return 'v4';
  const [major, minor] = [Number(match[1]), Number(match[2])];
  return major > 11 || (major === 11 && minor >= 30) ? 'v4' : 'v3';
}
