import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';
import type { z } from 'zod';

/** An argument of a Lua script, which receives it as text. */
export type ScriptArgument = string | number | Buffer;

/**
 * Runs a Lua script in Redis. Keys are passed by name, arguments in order. Rejects when Redis is unavailable or
 * the reply does not match the schema.
 */
export type Script<KeyName extends string, Reply> = (
  keys: Readonly<Record<KeyName, string>>,
  args: readonly ScriptArgument[],
) => Promise<Reply>;

/**
 * Reads Lua files next to a module and joins them, so scripts can share code: `readLua(import.meta.url,
 * './merge.lua', './add.lua')`.
 */
export function readLua(moduleUrl: string, ...files: readonly string[]): string {
  return files.map((file) => readFileSync(new URL(file, moduleUrl), 'utf8')).join('\n');
}

/**
 * Defines a Lua script. `keys` are the names of its keys: the first one is `KEYS[1]` in the script. `reply` is the
 * schema of its reply. ioredis calls the script by its hash, and sends it again after a restart of Redis. When the
 * connection is lost during a call, ioredis may repeat the call, so every script must be idempotent.
 */
export function defineScript<const KeyName extends string, Reply>(
  redis: Redis,
  {
    name,
    lua,
    keys: names,
    reply,
  }: { name: string; lua: string; keys: readonly KeyName[]; reply: z.ZodType<Reply> },
): Script<KeyName, Reply> {
  redis.defineCommand(name, { lua, numberOfKeys: names.length });
  const command: unknown = Reflect.get(redis, name);
  if (typeof command !== 'function') throw new TypeError(`ioredis did not define the script ${name}`);
  const run = command as (...parameters: ScriptArgument[]) => Promise<unknown>;
  return async (keys, args) =>
    reply.parse(await run.call(redis, ...names.map((keyName) => keys[keyName]), ...args));
}
