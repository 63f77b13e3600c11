import type { NativeOutcome } from '../../domain/redistribution/evidence/credit.js';
import type { BlockReason, State } from '../../domain/redistribution/record.js';
import type { Key } from '../redis/keys.js';

/** Names of the keys that the redistributions of one instance live under. */
export function redistributionKeys(key: Key, instance: string) {
  const under = (...parts: readonly string[]) => key(instance, 'redistributions', ...parts);
  return {
    /** Text: `version`, a line break, the record as JSON. */
    record: (id: string) => under('record', id),
    /** Hash: `profile/computer id` → id of the open one. */
    open: under('open'),
    /** Sorted sets of ids: all by the instant of opening, closed ones by that of closing, those in a state by its beginning. */
    all: under('all'),
    closed: under('closed'),
    state: (state: State) => under('state', state),
    /** Sorted set of the ids of one Mac by the instant of opening. */
    computer: (computerId: string) => under('computer', computerId),
    /** Sorted set of the attempts for one Mac and profile, `id/number` by instant. */
    attempts: (profile: string, computerId: string) => under('attempts', profile, computerId),
    /** Set of ids for which a certificate may be on its way: what the in-flight cap counts. */
    inFlight: (profile: string) => under('in-flight', profile),
    /** Sorted set of attempts, `id/number` by when the CA was asked, `+inf` while it may be at any moment: what the hourly cap counts. */
    hour: (profile: string) => under('hour', profile),
    /** Sorted sets of those that wait for room under the caps: by their rank, and by the instant until which their place is kept. */
    line: (profile: string) => under('line', profile),
    places: (profile: string) => under('places', profile),
    /** List of how the last attempts ended, newest first, as JSON; only those begun since the breaker was last closed. */
    results: (profile: string) => under('results', profile),
    /** Hash: `count` of changes to the results, `verified` since the canary began, waves `released` by a person, `since`, open breaker as `trip`. */
    tally: (profile: string) => under('tally', profile),
    /** Hash of the Macs that may be in an exclusion group, by id of the redistribution, as JSON; and a mark of the last look at the groups. */
    leases: under('leases'),
    leasesLooked: under('leases', 'looked'),
    /** Set of ids that are in flight by cycle, and sorted set of their attempts of the last day by instant: what its caps count. */
    cycling: (profile: string) => under('cycling', profile),
    cycles: (profile: string) => under('cycles', profile),
    /** Hash: what became of Jamf's own setting, `outcome:day` → how many. */
    natives: (profile: string) => under('natives', profile),
    /** Hash: when the Jamf Pro server was restarted, changed its `version`, was `failing` last; the version `known`. */
    jamf: under('jamf'),
    /** Hash: `profile/computer id` → what failed and is still the latest of its Mac, as JSON (see failing.ts). */
    failing: under('failing'),
    /** Set once the two indexes hold what was there before them. */
    indexed: under('indexed'),
    /** Sorted set of the ids of those that are blocked for a reason, by its beginning; empty for no reason. */
    blocked: (reason: BlockReason | null) => under('blocked', reason ?? ''),
    /** Sorted set of the ids that one request for many opened, by the instant of opening; and a hash, state → how many of them. */
    batch: (id: string) => under('batch', id),
    batchStates: (id: string) => under('batch', id, 'states'),
    /** Set of ids for which something was heard that no step has looked at yet. */
    news: under('news'),
  };
}

/** Field of the hash of open ones. */
export function openField(profile: string, computerId: string): string {
  return `${profile}/${computerId}`;
}

/** Field of a hash of what became of Jamf's own setting: the day is that of UTC. */
export function nativeField(outcome: NativeOutcome, at: number): string {
  return `${outcome}:${new Date(at).toISOString().slice(0, 10)}`;
}

/** Name of one attempt in a sorted set. */
export function attemptMember(id: string, number: number): string {
  return `${id}/${number}`;
}
