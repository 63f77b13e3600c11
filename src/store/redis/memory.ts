import type { Redis } from 'ioredis';
import { nodesOf } from './redis.js';

/** Memory of the Redis servers together, bytes. `most`: the setting `maxmemory`; 0 means no limit. */
export interface RedisMemory {
  used: number;
  most: number;
}

/** Reads the memory of all Redis servers behind a connection. */
export async function readMemory(redis: Redis): Promise<RedisMemory> {
  const infos = await Promise.all(nodesOf(redis).map((node) => node.info('memory')));
  const sumOf = (name: string) =>
    infos.reduce((sum, info) => sum + Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0), 0);
  return { used: sumOf('used_memory'), most: sumOf('maxmemory') };
}
