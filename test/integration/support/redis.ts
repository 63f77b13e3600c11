import { openRedis, type PrivateRedis } from '../../../harness/redis.js';

/** A Redis server for a test file. */
export type TestRedis = PrivateRedis;

/** Starts a server with an empty temporary folder. */
export const startTestRedis = (): Promise<TestRedis> => openRedis();
