import { openRedis, type PrivateRedis } from '../../../harness/redis.js';

/** The Redis server of a test file. */
export type TestRedis = PrivateRedis;

/** Starts one with an empty temporary folder. */
export const startTestRedis = (): Promise<TestRedis> => openRedis();
