import type { Redis } from 'ioredis';
import { z } from 'zod';
import { canaryChange, resultOf } from '../../domain/redistribution/safety-limits/circuit-breaker.js';
import { nativeFails } from '../../domain/redistribution/evidence/credit.js';
import {
  isCycling,
  isInCanary,
  isInFlight,
  lastAttempt,
  type Lease,
  type Redistribution,
} from '../../domain/redistribution/record.js';
import { isUncharged } from '../../domain/redistribution/safety-limits/common-cause.js';
import { tokenChanges } from '../../domain/redistribution/permits.js';
import { keepsPlace } from '../../domain/redistribution/safety-limits/wait-queue.js';
import { resultFormat } from '../limits/results.js';
import { packFailing } from './failing.js';
import { attemptMember, nativeField, openField, type redistributionKeys } from './keys.js';
import { packLease } from './leases.js';
import { batchOf, pack } from './packed.js';
import type { RedistributionStore } from './redistributions.js';
import { defineScript, readLua } from '../redis/script.js';

type Keys = ReturnType<typeof redistributionKeys>;

/** Time for which attempts are kept, milliseconds. It is longer than any practical value of the setting `attemptsWithin`. */
const ATTEMPTS_KEPT_MS = 400 * 86_400_000;

/** Returns the changes of the permits for the rate limit: score and member, alternating. */
function tokensOf(previous: Redistribution, next: Redistribution): readonly (string | number)[] {
  return tokenChanges(previous, next).flatMap(({ number, after }) => [
    after === Infinity ? '+inf' : after,
    attemptMember(next.id, number),
  ]);
}

/** Creates the function that stores a changed redistribution and updates every index in the same script. */
export function createSave(
  redis: Redis,
  keysOf: (instance: string) => Keys,
): RedistributionStore['compareAndSet'] {
  const saveScript = defineScript(redis, {
    name: 'recertRedistributionSave',
    lua: readLua(import.meta.url, './save.lua'),
    keys: [
      ...(['record', 'open', 'closed', 'before', 'after', 'inFlight', 'attempts', 'line', 'places'] as const),
      ...(['results', 'tally', 'leases', 'cycling', 'natives', 'hour', 'inCanary'] as const),
      ...(['failing', 'blockedBefore', 'blockedAfter', 'batchStates'] as const),
    ],
    reply: z.int().transform((stored) => stored === 1),
  });

  return async (previous, next) => {
    const stored = { ...next, version: previous.version + 1 };
    const done = await saveScript(keysFor(keysOf(previous.instance), previous, next), [
      previous.id,
      previous.version,
      pack(stored),
      ...changesOf(previous, next),
      ...tokensOf(previous, next),
    ]);
    return done ? stored : null;
  };
}

function keysFor(keys: Keys, previous: Redistribution, next: Redistribution) {
  return {
    record: keys.record(previous.id),
    open: keys.open,
    closed: keys.closed,
    before: keys.state(previous.state),
    after: keys.state(next.state),
    inFlight: keys.inFlight(previous.profile),
    attempts: keys.attempts(previous.profile, previous.computerId),
    line: keys.line(previous.profile),
    places: keys.places(previous.profile),
    results: keys.results(previous.profile),
    tally: keys.tally(previous.profile),
    leases: keys.leases,
    cycling: keys.cycling(previous.profile),
    natives: keys.natives(previous.profile),
    hour: keys.hour(previous.profile),
    inCanary: keys.inCanary(previous.profile),
    failing: keys.failing,
    blockedBefore: keys.blocked(previous.blocked?.reason ?? null),
    blockedAfter: keys.blocked(next.blocked?.reason ?? null),
    batchStates: keys.batchStates(batchOf(next)),
  };
}

/** Returns the arguments of save.lua that follow the record, in the order that the script expects. */
function changesOf(previous: Redistribution, next: Redistribution): readonly (string | number)[] {
  const attempt = lastAttempt(next);
  const result = resultOf(previous, next);
  return [
    next.since,
    openField(previous.profile, previous.computerId),
    next.closedAt ?? '',
    isInFlight(next) ? '1' : '0',
    attempt === null ? '' : attemptMember(previous.id, attempt.number),
    attempt === null ? 0 : attempt.intentAt,
    isUncharged(next) ? 0 : ATTEMPTS_KEPT_MS,
    keepsPlace(previous, next) ? '1' : '0',
    result === null ? '' : resultFormat.write(result),
    canaryChange(previous, next),
    next.lease === null ? '' : packLease(leaseOf(next, next.lease)),
    isCycling(next) ? '1' : '0',
    nativeFails(previous, next) ? nativeField('failed', next.since) : '',
    packFailing(next),
    previous.state,
    next.state,
    next.blocked === null ? '0' : '1',
    batchOf(next) === '' ? '0' : '1',
    isInCanary(next) ? '1' : '0',
  ];
}

/** Returns a lease with the fields that the check of exclusion groups needs. */
function leaseOf({ profile, computerId }: Redistribution, lease: Lease) {
  return { profile, computerId, ...lease };
}
