import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { assess } from '../domain/assess.js';
import type { KnownComputer } from '../domain/known.js';
import { adviceFor } from '../domain/redistribution/breaker.js';
import { causeOfFailure, type FailureCause } from '../domain/redistribution/failure.js';
import type { Redistribution, State } from '../domain/redistribution/record.js';
import type { WatchedProfile } from '../domain/watched.js';
import type { failuresAnswer } from './schemas/failures.js';
import type { ApiServices } from './services.js';

type Answer = z.input<typeof failuresAnswer>;
type Group = Answer['groups'][number];
type Sources = Pick<ApiServices, 'redistributions' | 'computers' | 'profiles' | 'now'>;

const PAGE = 500;
/** Most redistributions of a state that one answer looks through: some 200 ms. */
const MOST = 2_000;

/** What every kind of failure is called, and what to do about it. */
const WORDS: Readonly<Record<FailureCause['kind'], { title: string; todo: string }>> = {
  error: {
    title: 'The Mac answered InstallProfile with an error',
    todo: 'Then try one of them, and the others when it is verified.',
  },
  unproven: {
    title: 'The profile was taken, and no new certificate was seen',
    todo: 'Look whether the Mac reports inventory, and whether the subject of its certificate still matches the profile. It keeps both profiles meanwhile, which is harmless.',
  },
  'no-command': {
    title: 'Jamf Pro made no InstallProfile command',
    todo: 'Look at the scopes of the two profiles and at the static groups: recert doctor says which of them is wrong.',
  },
  jamf: {
    title: 'Calls to Jamf Pro fail',
    todo: 'Look whether Jamf Pro answers and whether the API client still has its privileges: recert doctor checks both.',
  },
  other: { title: 'It could not go on', todo: 'The timeline of each shows what was seen.' },
};

/**
 * What does not go forward on a server, by cause: what failed and is still the latest of its Mac, and what is blocked. Reads at most
 * some thousand redistributions, newest first.
 */
export async function stuckOf(instance: string, services: Sources): Promise<Answer> {
  const [waiting, retrying, blocked] = await Promise.all(
    (['needs-human', 'retry', 'blocked'] as const).map((state) => readAll(instance, state, services)),
  );
  const { watched } = await services.profiles.watchedProfiles(instance);
  const failed = [...(waiting?.records ?? []), ...(retrying?.records ?? [])];
  const still = await Promise.all(
    failed.map(async (record) => {
      const profile = watched.find(({ name }) => name === record.profile);
      const computer = await stillFailing(record, profile, services);
      return computer ? [{ record, computer }] : [];
    }),
  );
  return {
    instance,
    groups: groupsOf(still.flat()),
    blocked: blockedOf(blocked?.records ?? []),
    complete: [waiting, retrying, blocked].every((read) => read?.complete),
  };
}

/** The Mac of a failed redistribution; `null` when a later one took its place, or nothing is wrong with the Mac any more. */
export async function stillFailing(
  { id, instance, profile, computerId, state: reached }: Redistribution,
  watched: WatchedProfile | undefined,
  { computers, redistributions, now }: Pick<ApiServices, 'computers' | 'redistributions' | 'now'>,
): Promise<KnownComputer | null> {
  const [last, computer] = await Promise.all([
    redistributions.lastFor(instance, profile, computerId),
    computers.get(instance, computerId),
  ]);
  if (last?.id !== id || computer === null || computer.retiredAt !== null || watched === undefined)
    return null;
  const { state, inScope } = assess(computer, watched, now());
  return inScope && (reached === 'retry' || state !== 'healthy') ? computer : null;
}

async function readAll(
  instance: string,
  state: State,
  { redistributions }: Sources,
): Promise<{ records: readonly Redistribution[]; complete: boolean }> {
  const records: Redistribution[] = [];
  let cursor: string | undefined;
  do {
    const page = await redistributions.page(instance, { state, cursor, limit: PAGE });
    records.push(...page.redistributions);
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined && records.length < MOST);
  return { records, complete: cursor === undefined };
}

function groupsOf(failing: readonly { record: Redistribution; computer: KnownComputer }[]): Group[] {
  const groups = new Map<string, Group>();
  for (const { record, computer } of failing) {
    const { kind, said, likeness } = causeOfFailure(record);
    const { profile, since } = record;
    const id = createHash('sha256').update(`${profile} ${likeness}`).digest('hex').slice(0, 12);
    const group = groups.get(id) ?? {
      ...{ id, kind, profile, said, ...wordsOf(kind, said) },
      ...{ waiting: 0, retrying: 0, latestAt: since, computers: [] },
    };
    const state = record.state === 'retry' ? 'retry' : 'needs-human';
    if (state === 'retry') group.retrying += 1;
    else group.waiting += 1;
    group.latestAt = Math.max(group.latestAt, since);
    const { id: computerId, serialNumber, name } = computer;
    group.computers.push({ id: computerId, serialNumber, name, redistributionId: record.id, state, since });
    groups.set(id, group);
  }
  return [...groups.values()].sort((one, other) => other.computers.length - one.computers.length);
}

function wordsOf(kind: FailureCause['kind'], said: string): { title: string; todo: string } {
  const words = WORDS[kind];
  return kind === 'error' ? { ...words, todo: `${adviceFor(said)} ${words.todo}` } : words;
}

function blockedOf(records: readonly Redistribution[]): Answer['blocked'] {
  const groups = new Map<string, Answer['blocked'][number]>();
  for (const { blocked, since } of records) {
    if (blocked === null) continue;
    const { reason, text } = blocked;
    const group = groups.get(reason) ?? { reason, text, count: 0, oldestAt: since };
    groups.set(reason, { ...group, count: group.count + 1, oldestAt: Math.min(group.oldestAt, since) });
  }
  return [...groups.values()].sort((one, other) => other.count - one.count);
}
