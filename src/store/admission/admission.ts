import type { Redis } from 'ioredis';
import { z } from 'zod';
import { eventsKey } from './event-log.js';
import { hintKeys, type HintReason } from '../hints/hints.js';
import { maskOf } from '../hints/reasons.js';
import { instantReply } from '../hints/scripts.js';
import type { Key } from '../redis/keys.js';
import { redistributionKeys } from '../redistributions/keys.js';
import { defineScript, readLua } from '../redis/script.js';

/** The data of one webhook that Redis records. Times are epoch milliseconds. */
export interface Admission {
  /**
   * Webhooks with the same identity within the deduplication window are duplicates; `null` for a webhook that is
   * never a duplicate.
   */
  identity: string | null;
  /** Jamf Pro ID of the Mac that the webhook concerns; `null` when it concerns no Mac. */
  computerId: string | null;
  /** Time of the last contact between this Mac and Jamf Pro. */
  seenAt: number | null;
  /**
   * Macs to queue for an assessment that may start at `ripeAt` or later. At most a few hundred; for more Macs, call
   * `Hints.add` first.
   */
  hint: { computerIds: readonly string[]; reason: HintReason; ripeAt: number } | null;
  /** Queues the Mac for assessment only if a redistribution watches the Mac (see `Hints.watch`). */
  watchedHint: { reason: HintReason; ripeAt: number } | null;
  /** Workers take no Mac from the assessment backlog before this time. A time in the past ends the hold. */
  holdUntil: number | null;
  /** Entry for the event log. In `body`, secrets are removed; `''` when the body is not stored. */
  log: { event: string; at: number | null; webhookId: string; outcome: string; body: string };
}

/** Result of admitting a webhook. `woken`: the Mac was queued for assessment because a redistribution watches it. */
export type AdmissionOutcome = 'admitted' | 'woken' | 'duplicate';

/** Admits webhooks of one Jamf Pro server in the given order, with one call of Redis. */
export type Admit = (
  instance: string,
  admissions: readonly Admission[],
) => Promise<{
  outcomes: readonly AdmissionOutcome[];
  /**
   * Time for which the calling code must request an `assess` job; `null` when no job is needed or when a job is already
   * requested.
   */
  wakeAt: number | null;
}>;

/** Settings of one Jamf Pro server for the detection of duplicates and for the event log. */
export interface AdmissionPolicy {
  /**
   * Deduplication window, milliseconds. A repeated webhook is always detected within this time of the previous one,
   * and never after twice this time. 0 turns the detection off.
   */
  dedupeMs: number;
  keepEvents: number;
}

const OUTCOMES: Readonly<Record<string, AdmissionOutcome>> = { a: 'admitted', w: 'woken', d: 'duplicate' };

const admitReply = z.tuple([
  z.string().transform((letters) => Array.from(letters, (letter) => OUTCOMES[letter] ?? 'admitted')),
  instantReply,
]);

/**
 * Creates the function that admits webhooks in Redis. One Lua call detects the duplicates among several webhooks and
 * records last contact, backlog entries, hold and event log.
 * For the detection, Redis contains one set of identities per time window. A set needs much less memory than one key
 * per event, and is deleted as a whole. The previous and the next window are also searched, because the clocks of
 * receivers differ.
 */
export function createAdmit({
  redis,
  key,
  now,
  policies,
}: {
  redis: Redis;
  key: Key;
  now: () => number;
  policies: Readonly<Record<string, AdmissionPolicy>>;
}): Admit {
  const script = defineScript(redis, {
    name: 'recertAdmit',
    lua: readLua(import.meta.url, '../hints/merge.lua', './admit.lua'),
    keys: [
      ...(['hints', 'facts', 'revision', 'awake', 'hold', 'watch', 'seen', 'events'] as const),
      ...(['past', 'current', 'next', 'old', 'jamf'] as const),
    ],
    reply: admitReply,
  });
  return async (instance, admissions) => {
    const { dedupeMs, keepEvents } = policies[instance] ?? { dedupeMs: 0, keepEvents: 0 };
    const at = now();
    const window = dedupeMs > 0 ? Math.floor(at / dedupeMs) : 0;
    const dedupeKey = (offset: number) => key(instance, 'dedupe', String(window + offset));
    const [outcomes, wakeAt] = await script(
      {
        ...hintKeys(key, instance),
        events: eventsKey(key, instance),
        past: dedupeKey(-1),
        current: dedupeKey(0),
        next: dedupeKey(1),
        old: dedupeKey(-2),
        jamf: redistributionKeys(key, instance).jamf,
      },
      [at, keepEvents, 3 * dedupeMs, ...packed(admissions, dedupeMs > 0)],
    );
    return { outcomes, wakeAt };
  };
}

/**
 * Encodes the arguments of admit.lua: the values of all events as one JSON text, and the names and bodies of all
 * events in one buffer. One argument per value would need several times as much time in this process and in Redis.
 * Times that Lua does not compute with are passed as text, because Lua formats numbers slowly. Names and bodies come
 * from outside and may contain unpaired surrogates, which the JSON parser of Redis rejects, so they are not in the
 * JSON.
 */
function packed(admissions: readonly Admission[], dedupe: boolean): [facts: string, texts: Buffer] {
  const facts: (readonly (string | number | readonly string[])[])[] = [];
  let size = 0;
  for (const { identity, computerId, seenAt, hint, watchedHint, holdUntil, log } of admissions) {
    const eventBytes = Buffer.byteLength(log.event);
    const bodyBytes = Buffer.byteLength(log.body);
    size += eventBytes + bodyBytes;
    facts.push([
      dedupe ? (identity ?? '') : '',
      computerId ?? '',
      computerId === null ? '' : String(seenAt ?? ''),
      watchedHint && computerId !== null ? maskOf(watchedHint.reason) : 0,
      hint ? maskOf(hint.reason) : 0,
      hint?.ripeAt ?? watchedHint?.ripeAt ?? 0,
      holdUntil ?? '',
      String(log.at ?? ''),
      log.outcome,
      log.webhookId,
      eventBytes,
      bodyBytes,
      hint?.computerIds ?? [],
    ]);
  }
  const texts = Buffer.allocUnsafe(size);
  let end = 0;
  for (const { log } of admissions) {
    end += texts.write(log.event, end);
    end += texts.write(log.body, end);
  }
  return [JSON.stringify(facts), texts];
}
