import type { Redis } from 'ioredis';
import { z } from 'zod';
import { eventsKey } from './event-log.js';
import { hintKeys, type HintReason } from '../hints/hints.js';
import { maskOf } from '../hints/reasons.js';
import { instantReply } from '../hints/scripts.js';
import type { Key } from '../redis/keys.js';
import { redistributionKeys } from '../redistributions/keys.js';
import { defineScript, readLua } from '../redis/script.js';

/** One webhook, as far as the store is concerned. Instants are epoch milliseconds. */
export interface Admission {
  /** The same within the dedupe window is a duplicate; `null` is never one. */
  identity: string | null;
  /** Computer id in Jamf of the Mac that it is about, when it is about one. */
  computerId: string | null;
  /** When that Mac was in contact. */
  seenAt: number | null;
  /** Macs to look at, and why. Give at most some hundred: more go through `Hints.add` before. */
  hint: { computerIds: readonly string[]; reason: HintReason; ripeAt: number } | null;
  /** Asks for a look at the Mac only when somebody watches it. */
  watchedHint: { reason: HintReason; ripeAt: number } | null;
  /** Nothing is claimed until then; an instant that is past ends a hold. */
  holdUntil: number | null;
  /** For the event log. `body` without secrets, `''` when it is not kept. */
  log: { event: string; at: number | null; webhookId: string; outcome: string; body: string };
}

/** What came of one: `woken` made a hint because the Mac is watched. */
export type AdmissionOutcome = 'admitted' | 'woken' | 'duplicate';

/** Admits webhooks of one Jamf Pro server, in the order given, all of them in one call. */
export type Admit = (
  instance: string,
  admissions: readonly Admission[],
) => Promise<{
  outcomes: readonly AdmissionOutcome[];
  /** When the assess worker must be woken; `null` when somebody has seen to it already, or there is nothing to do. */
  wakeAt: number | null;
}>;

/** How one Jamf Pro server's webhooks are deduplicated and kept. */
export interface AdmissionPolicy {
  /** A duplicate is found for at least this long, and at most twice. 0 switches it off. */
  dedupeMs: number;
  keepEvents: number;
}

const OUTCOMES: Readonly<Record<string, AdmissionOutcome>> = { a: 'admitted', w: 'woken', d: 'duplicate' };

const admitReply = z.tuple([
  z.string().transform((letters) => Array.from(letters, (letter) => OUTCOMES[letter] ?? 'admitted')),
  instantReply,
]);

/**
 * Admission in Redis: dedupe, last-seen, hint, event log, hold in one Lua call for a whole batch.
 * Dedupe keeps sets of identities, one for each window of time. They are much smaller than a key for each event, and go at once.
 * The window before and the one after are looked at as well: receivers whose clocks differ find each other's.
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
 * What admit.lua reads: the facts as one JSON text, and names and bodies of all events in one block of bytes. An argument for each field
 * would cost here and in Redis several times as much. Instants that Lua only passes on are text: it writes and reads numbers slowly. What may hold any character stays out of the JSON: Lua refuses half a surrogate.
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
