import type { Redis } from 'ioredis';
import { z } from 'zod';
import { eventsKey } from './event-log.js';
import { hintKeys, type HintReason } from '../hints/hints.js';
import { maskOf } from '../hints/reasons.js';
import { instantReply } from '../hints/scripts.js';
import type { Key } from '../redis/keys.js';
import { redistributionKeys } from '../redistributions/keys.js';
import { defineScript, readLua } from '../redis/script.js';

/** What the store records of a webhook. Times are epoch milliseconds. */
export interface Admission {
  /** Webhooks with the same identity within the deduplication window are duplicates; `null`: never a duplicate. */
  identity: string | null;
  /** Computer ID in Jamf Pro of the Mac that the webhook concerns, `null` when there is none. */
  computerId: string | null;
  /** Last contact of that Mac. */
  seenAt: number | null;
  /** Macs to queue for assessment. At most a few hundred; queue larger numbers with `Hints.add` first. */
  hint: { computerIds: readonly string[]; reason: HintReason; ripeAt: number } | null;
  /** Queues the Mac for assessment only when it is watched (see `Hints.watch`). */
  watchedHint: { reason: HintReason; ripeAt: number } | null;
  /** No Mac is claimed for assessment until this time; a time in the past ends the hold. */
  holdUntil: number | null;
  /** Entry of the event log. `body` is redacted, `''` when it is not stored. */
  log: { event: string; at: number | null; webhookId: string; outcome: string; body: string };
}

/** Outcome of an admission. `woken`: the Mac was queued for assessment because it is watched. */
export type AdmissionOutcome = 'admitted' | 'woken' | 'duplicate';

/** Admits webhooks of one Jamf Pro server, in the given order, in one call. */
export type Admit = (
  instance: string,
  admissions: readonly Admission[],
) => Promise<{
  outcomes: readonly AdmissionOutcome[];
  /** Time for which the caller must request an assess job; `null` when one is already requested or not needed. */
  wakeAt: number | null;
}>;

/** Deduplication and event log settings of one Jamf Pro server. */
export interface AdmissionPolicy {
  /** Deduplication window in milliseconds: duplicates are found for at least once and at most twice this time. 0 turns it off. */
  dedupeMs: number;
  keepEvents: number;
}

const OUTCOMES: Readonly<Record<string, AdmissionOutcome>> = { a: 'admitted', w: 'woken', d: 'duplicate' };

const admitReply = z.tuple([
  z.string().transform((letters) => Array.from(letters, (letter) => OUTCOMES[letter] ?? 'admitted')),
  instantReply,
]);

/**
 * Creates the admission in Redis: one Lua call deduplicates a batch and records last contact, backlog entries, hold and event log.
 * Deduplication uses one set of identities per time window, which is much smaller than one key per event and is removed as a whole.
 * The previous and the next window are checked, too, because the clocks of receivers differ.
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
 * Encodes the arguments of admit.lua: the facts as one JSON text, and the names and bodies of all events in one buffer. One argument
 * per field would cost several times as much here and in Redis. Times that Lua only passes on are text, because Lua formats numbers
 * slowly. Arbitrary text is not part of the JSON, because the JSON parser of Redis rejects unpaired surrogates.
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
