import type { Redis } from 'ioredis';
import { nodesOf } from './redis.js';

/** Product and version of a Redis server. */
export interface ServerVersion {
  product: 'Redis' | 'Valkey';
  /** `''` when the server does not report its version. */
  version: string;
}

/** The oldest versions that are supported. Emergency access uses PEXPIRE NX, which Redis 7.0 introduced. */
const OLDEST: Readonly<Record<ServerVersion['product'], readonly [major: number, minor: number]>> = {
  Redis: [7, 0],
  Valkey: [7, 2],
};

/** What the operator must do when the version of the server is not supported. */
export const REQUIRED_VERSION = 'Run Redis 7.0 or later, or Valkey 7.2 or later.';

/** Reads product and version from the reply of INFO. Valkey also reports a Redis version, so its own version is read. */
export function versionIn(info: string): ServerVersion {
  const of = (name: string) => new RegExp(`^${name}:(.*?)\\s*$`, 'm').exec(info)?.[1];
  const valkey = of('valkey_version');
  return valkey === undefined
    ? { product: 'Redis', version: of('redis_version') ?? '' }
    : { product: 'Valkey', version: valkey };
}

/** Whether the version of a server is supported; `null` when the version is not known. */
export function isSupported({ product, version }: ServerVersion): boolean | null {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version) ?? [];
  if (major === undefined) return null;
  const [oldestMajor, oldestMinor] = OLDEST[product];
  return Number(major) > oldestMajor || (Number(major) === oldestMajor && Number(minor) >= oldestMinor);
}

/**
 * Checks the version of the connected Redis servers. A server that cannot be reached is not checked. @throws Error
 * when a server is too old
 */
export async function refuseOldServers(redis: Redis): Promise<void> {
  const infos = await redis
    .ping()
    .then(() => Promise.all(nodesOf(redis).map((node) => node.info('server'))))
    .catch(() => []);
  for (const found of infos.map(versionIn))
    if (isSupported(found) === false)
      throw new Error(`${found.product} ${found.version} is not supported. ${REQUIRED_VERSION}`);
}
