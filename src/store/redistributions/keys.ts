import type { NativeOutcome } from '../../domain/redistribution/evidence/credit.js';
import type { BlockReason, State } from '../../domain/redistribution/record.js';
import type { Key } from '../redis/keys.js';

/** Redis keys of the redistributions of one instance. */
export function redistributionKeys(key: Key, instance: string) {
  const under = (...parts: readonly string[]) => key(instance, 'redistributions', ...parts);
  return {
    /** Text: version, a line break, the record as JSON. */
    record: (id: string) => under('record', id),
    /** Hash: `profile/computer ID` → ID of the open redistribution. */
    open: under('open'),
    /** Sorted sets of IDs: all by opening time, closed ones by closing time, those in a state by its start. */
    all: under('all'),
    closed: under('closed'),
    state: (state: State) => under('state', state),
    /** Sorted set of the IDs of one Mac by opening time. */
    computer: (computerId: string) => under('computer', computerId),
    /** Sorted set of the attempts for one Mac and profile, `id/number` by time. */
    attempts: (profile: string, computerId: string) => under('attempts', profile, computerId),
    /** Set of the IDs in progress, for the concurrency limit. */
    inFlight: (profile: string) => under('in-flight', profile),
    /** Sorted set of attempts for the rate limit, `id/number` by time of the certificate request; `+inf` while that is still expected. */
    hour: (profile: string) => under('hour', profile),
    /** The wait queue for permits, two sorted sets of IDs: by rank, and by the time until which the place is kept. */
    line: (profile: string) => under('line', profile),
    places: (profile: string) => under('places', profile),
    /** List of the last attempt results, newest first, as JSON; only attempts started since the circuit breaker was last closed. */
    results: (profile: string) => under('results', profile),
    /**
     * Hash: `count` of changes of the results, Macs `verified` since the start of the canary, waves `released` by a user, `since` (time at
     * which the circuit breaker was last closed), `trip` (the open circuit breaker), `fleet` (the last daily count).
     */
    tally: (profile: string) => under('tally', profile),
    /** Hash of the Macs that may be in an exclusion group: redistribution ID → JSON; and a marker of the last check of the groups. */
    leases: under('leases'),
    leasesLooked: under('leases', 'looked'),
    /** Set of the IDs in progress with cycle, and sorted set of their attempts of the last day by time, for the limits of cycle. */
    cycling: (profile: string) => under('cycling', profile),
    cycles: (profile: string) => under('cycles', profile),
    /** Hash: `outcome:day` → number of renewals by the Redistribute Profile setting of Jamf Pro or by other means. */
    natives: (profile: string) => under('natives', profile),
    /** Hash: time of the last `restart`, upgrade (`version`) and error (`failing`) of the Jamf Pro server, and the `known` version. */
    jamf: under('jamf'),
    /** Hash: `profile/computer ID` → failed redistribution that is the latest of its Mac, as JSON (see failing.ts). */
    failing: under('failing'),
    /** Set when older records were added to the indexes of failed and blocked ones (see reindex.ts). */
    indexed: under('indexed'),
    /** Sorted set of the IDs that are blocked for a reason, by the start of the block; `null` gives an unused key. */
    blocked: (reason: BlockReason | null) => under('blocked', reason ?? ''),
    /** Sorted set of the IDs of a batch by opening time, and a hash: state → number of redistributions in it. */
    batch: (id: string) => under('batch', id),
    batchStates: (id: string) => under('batch', id, 'states'),
    /** Set of the IDs that have new facts which no step has processed yet. */
    news: under('news'),
  };
}

/** Returns the field of a Mac and profile in the hashes `open` and `failing`. */
export function openField(profile: string, computerId: string): string {
  return `${profile}/${computerId}`;
}

/** Returns the field of the hash `natives` for an outcome and the day of `at` in UTC. */
export function nativeField(outcome: NativeOutcome, at: number): string {
  return `${outcome}:${new Date(at).toISOString().slice(0, 10)}`;
}

/** Returns the member of an attempt in the sorted sets of attempts. */
export function attemptMember(id: string, number: number): string {
  return `${id}/${number}`;
}
