import type { NativeOutcome } from '../../domain/redistribution/evidence/credit.js';
import type { BlockReason, State } from '../../domain/redistribution/record.js';
import type { Key } from '../redis/keys.js';

/** Returns the Redis keys of the redistributions of one Jamf Pro server. */
export function redistributionKeys(key: Key, instance: string) {
  const under = (...parts: readonly string[]) => key(instance, 'redistributions', ...parts);
  return {
    ...limitKeys(under),
    /** Text: version of the record, a line break, the record as JSON. */
    record: (id: string) => under('record', id),
    /** Hash: `profile/computer ID` → ID of the open redistribution. */
    open: under('open'),
    /**
     * Sorted sets of redistribution IDs: all by the time at which they were opened, closed ones by the time at
     * which they were closed, and those in a state by the time at which they entered it.
     */
    all: under('all'),
    closed: under('closed'),
    state: (state: State) => under('state', state),
    /** Sorted set: redistribution IDs of one Mac by the time at which they were opened. */
    computer: (computerId: string) => under('computer', computerId),
    /** Sorted set: attempts for one Mac and profile, `id/number` by time. */
    attempts: (profile: string, computerId: string) => under('attempts', profile, computerId),
    /**
     * `leases`: hash of redistribution ID → JSON, for the Macs that may be in an exclusion group. `leasesLooked`:
     * marker of the last check of the groups.
     */
    leases: under('leases'),
    leasesLooked: under('leases', 'looked'),
    /** Hash: `outcome:day` → number of renewals by the Redistribute Profile setting of Jamf Pro or by other means. */
    natives: (profile: string) => under('natives', profile),
    /** Text: serial number of the certificate of a Mac whose renewal was counted last. The key expires. */
    credited: (profile: string, computerId: string) => under('credited', profile, computerId),
    /**
     * Hash: times of the last restart (`restart`), upgrade (`version`) and error (`failing`) of the Jamf Pro server,
     * and its last known version (`known`).
     */
    jamf: under('jamf'),
    /** Hash: `profile/computer ID` → JSON of the latest redistribution of that Mac, if it has failed (see failing.ts). */
    failing: under('failing'),
    /**
     * Marker: exists when older records have been added to the indexes of failed and blocked redistributions (see
     * reindex.ts).
     */
    indexed: under('indexed'),
    /**
     * Sorted set: IDs of the redistributions that are blocked for a reason, by the start of the block. For `null`,
     * returns the name of a key that is never used.
     */
    blocked: (reason: BlockReason | null) => under('blocked', reason ?? ''),
    /**
     * `batch`: sorted set of the redistribution IDs of a batch, by the time at which they were opened. `batchStates`:
     * hash of state → number of redistributions of the batch in that state.
     */
    batch: (id: string) => under('batch', id),
    batchStates: (id: string) => under('batch', id, 'states'),
    /**
     * Set: IDs of redistributions with a signal, which means that there is new information that no worker has
     * processed yet.
     */
    news: under('news'),
  };
}

/** Returns the Redis keys of the safety limits: permits, canary, circuit breaker and cycle. */
function limitKeys(under: (...parts: readonly string[]) => string) {
  return {
    /** Set: IDs of the redistributions in progress, for the concurrency limit. */
    inFlight: (profile: string) => under('in-flight', profile),
    /**
     * Sorted set: attempts `id/number` by the time of their certificate request; `+inf` while the request is still
     * expected.
     */
    hour: (profile: string) => under('hour', profile),
    /** Sorted set: the same attempts by the time of their permit, for the last hour. */
    sent: (profile: string) => under('sent', profile),
    /** Set: IDs of the redistributions that hold a place in a canary wave. */
    inCanary: (profile: string) => under('in-canary', profile),
    /**
     * The queue of redistributions that wait for a permit. Two sorted sets of their IDs: by rank (expiry of the
     * certificate), and by the time until which they stay in the queue.
     */
    line: (profile: string) => under('line', profile),
    places: (profile: string) => under('places', profile),
    /** List: results of the attempts since the circuit breaker was last closed, as JSON, newest first. */
    results: (profile: string) => under('results', profile),
    /**
     * Hash: `count` (how often the results have changed), `verified` (number of Macs since the canary started that
     * are verified, or that acknowledged the command and have been silent since), `released` (number of canary waves
     * that a user started), `since` (time at which the circuit breaker was last closed or the canary last restarted),
     * `settings` and `ca` (a change of either restarts the canary), `trip` (the open circuit breaker), `fleet` (the
     * last daily numbers of due and known Macs).
     */
    tally: (profile: string) => under('tally', profile),
    /**
     * `cycling`: set of the IDs of redistributions in progress with the mechanism cycle. `cycles`: sorted set of
     * their attempts within the last day, by time. Both are needed for the limits of cycle.
     */
    cycling: (profile: string) => under('cycling', profile),
    cycles: (profile: string) => under('cycles', profile),
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

/** Returns the member that represents an attempt in the sorted sets of attempts. */
export function attemptMember(id: string, number: number): string {
  return `${id}/${number}`;
}
