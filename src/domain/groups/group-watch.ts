/**
 * A change that this installation made to the group membership of one Mac. `shown`: the membership that was read back
 * afterwards; `null` when it was not read back.
 */
export interface OwnWrite {
  shown: boolean | null;
  at: number;
}

/**
 * A change of the group membership of one Mac that this installation did not make. It happened after `since` and was
 * found at `at`.
 */
export interface ForeignChange {
  groupId: string;
  computerId: string;
  op: 'added' | 'removed';
  since: number;
  at: number;
}

/**
 * The nodes of a Jamf Pro cluster synchronize about once a minute, so a write of this installation may stay invisible
 * for this long. Milliseconds.
 */
const LAG_MS = 120_000;

/** Two readings of the members of one group, and the writes of this installation since the earlier reading. */
export interface GroupReadings {
  groupId: string;
  /** The earlier reading; `null` if there is none, for example after Redis lost its data. No change can be found then. */
  before: { members: ReadonlySet<string>; at: number } | null;
  now: { members: ReadonlySet<string>; at: number };
  writes: ReadonlyMap<string, OwnWrite>;
}

/**
 * Finds changes of a group that this installation did not make. `settled`: IDs of Macs for which the writes of this installation no
 * longer need to be stored, because the reading `now` includes them.
 */
export function foreignChanges({ groupId, before, now, writes }: GroupReadings): {
  changes: readonly ForeignChange[];
  settled: readonly string[];
} {
  const isVisible = ({ at }: OwnWrite) => at <= now.at - LAG_MS;
  const settled = [...writes].filter(([, write]) => isVisible(write)).map(([id]) => id);
  if (before === null) return { changes: [], settled };
  const { at: since } = before;
  const all = new Set([...before.members, ...now.members, ...writes.keys()]);
  const changes = [...all].flatMap((computerId): ForeignChange[] => {
    const write = writes.get(computerId);
    if (write !== undefined && (!isVisible(write) || write.shown === null)) return [];
    const isMember = now.members.has(computerId);
    if (isMember === (write?.shown ?? before.members.has(computerId))) return [];
    return [{ groupId, computerId, op: isMember ? 'added' : 'removed', since, at: now.at }];
  });
  return { changes, settled };
}
