import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';
import type { z } from 'zod';

/** What a script takes beside its keys: Lua sees text in every case. */
export type ScriptArgument = string | number | Buffer;

/** A Lua script that runs on the server: keys by name, arguments in order. Rejects when Redis is away or the answer is not understood. */
export type Script<KeyName extends string, Reply> = (
  keys: Readonly<Record<KeyName, string>>,
  args: readonly ScriptArgument[],
) => Promise<Reply>;

/**
 * Text of the Lua files beside a module, one after the other: what several scripts share stands in a file of its own.
 * `readLua(import.meta.url, './merge.lua', './add.lua')`.
 */
export function readLua(moduleUrl: string, ...files: readonly string[]): string {
  return files.map((file) => readFileSync(new URL(file, moduleUrl), 'utf8')).join('\n');
}

/**
 * Makes a Lua script callable. `keys` are the names of its keys: `KEYS[1]` is the first of them. `reply` checks what it answers.
 * The script is sent once and called by its hash from then on; after a restart of Redis ioredis sends it again. A command that was under
 * way when the connection broke may be sent a second time: a script must bear that.
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
