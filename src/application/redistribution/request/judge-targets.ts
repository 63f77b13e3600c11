import { createHash, randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { assess } from '../../../domain/assess.js';
import type { KnownComputer } from '../../../domain/known.js';
import { openRedistribution } from '../../../domain/redistribution/open.js';
import type { Redistribution } from '../../../domain/redistribution/record.js';
import { judgeRequest } from '../../../domain/redistribution/request/request.js';
import type { Overrides } from '../../../domain/redistribution/request/take-over.js';
import type { WatchedProfile } from '../../../domain/watched.js';
import type { redistributeAnswer } from '../../../contract/resources/redistribution.js';
import type { Ports } from '../../ports.js';
import { takeOverOpen } from './take-over.js';

type Result = z.input<typeof redistributeAnswer>['results'][number];

/** What judging and opening works with. */
export type Redistributing = Pick<
  Ports,
  'computers' | 'profiles' | 'limits' | 'redistributions' | 'producers' | 'telemetry' | 'now'
>;

/** A Mac as it was asked for, and what is known of it; `null` when nothing is. */
export interface Named {
  named: Result['computer'];
  computer: KnownComputer | null;
}

/** What a person wants, for every Mac alike. */
export interface Wish {
  by: string;
  reason: string;
  /** Watched profile; the one that is for the Mac when it is left out. */
  profile?: string | undefined;
  overrides: Overrides;
  /** Whether one that is open and waits may be taken over. */
  takesOver: boolean;
  /** Id of the request for many that it comes with. */
  batch?: string;
}

/** A Mac of the request that may be redistributed, and how it is opened. */
export interface Candidate {
  result: Result;
  /** `null` when it is refused. */
  open: (() => Promise<Result>) | null;
}

/** As many as are judged before others get their turn. */
const AT_ONCE = 500;

/**
 * What becomes of each Mac that a person means: judged first, all of them, so that a dry run and the real thing say the same.
 * Nothing is changed before `open` of a candidate is called. Costs Redis some round trips for five hundred Macs.
 */
export async function judgeAll(
  services: Redistributing,
  instance: string,
  all: readonly Named[],
  wish: Wish,
): Promise<readonly Candidate[]> {
  const [{ watched, missing }, paused] = await Promise.all([
    services.profiles.watchedProfiles(instance),
    services.limits.paused(instance),
  ]);
  const seen = new Set<string>();
  const candidates: Candidate[] = [];
  for (let from = 0; from < all.length; from += AT_ONCE) {
    const some = all.slice(from, from + AT_ONCE).map(({ named, computer }) => {
      const twice = computer !== null && seen.has(computer.id);
      if (computer !== null) seen.add(computer.id);
      const choice = twice
        ? { reason: 'named-twice', sentence: 'This Mac is named twice in the request; once is enough.' }
        : chooseProfile(computer, watched, { wanted: wish.profile, missing, now: services.now() });
      return { named, computer, choice };
    });
    const open = await openOnes(services, instance, some);
    for (const { named, computer, choice } of some)
      candidates.push(
        'sentence' in choice
          ? refused(named, null, choice.reason, choice.sentence)
          : judgeOne(services, {
              wish,
              computer,
              named,
              watched: choice.watched,
              paused,
              open: open.get(`${choice.watched.name}/${computer?.id ?? ''}`) ?? null,
            }),
      );
  }
  return candidates;
}

/** Open redistributions, by profile and Mac: one read for each profile. */
async function openOnes(
  { redistributions }: Redistributing,
  instance: string,
  some: readonly {
    computer: KnownComputer | null;
    choice: { watched: WatchedProfile } | { reason: string };
  }[],
): Promise<ReadonlyMap<string, Redistribution>> {
  const ids = new Map<string, string[]>();
  for (const { computer, choice } of some)
    if (computer !== null && 'watched' in choice)
      ids.set(choice.watched.name, [...(ids.get(choice.watched.name) ?? []), computer.id]);
  const found = await Promise.all(
    [...ids].map(([profile, computerIds]) => redistributions.openForMany(instance, profile, computerIds)),
  );
  return new Map(
    found.flatMap((open) =>
      [...open.values()].map((record) => [`${record.profile}/${record.computerId}`, record] as const),
    ),
  );
}

interface Judged extends Named {
  wish: Wish;
  watched: WatchedProfile;
  open: Redistribution | null;
  paused: { by: string; reason: string } | null;
}

function judgeOne(services: Redistributing, judged: Judged): Candidate {
  const { wish, computer, named, watched, open, paused } = judged;
  const now = services.now();
  const profile = watched.name;
  const assessment = computer && assess(computer, watched, now);
  // Opened for this very request before, by somebody who did not get to say so.
  const mine = open !== null && open.id === idFor(wish, profile, open.computerId);
  const verdict = judgeRequest({
    computer,
    assessment,
    watched,
    open: mine ? null : open,
    paused,
    now,
    overrides: wish.overrides,
  });
  if (!verdict.allowed) return refused(named, profile, verdict.reason, verdict.sentence);
  if (computer === null || assessment === null) throw new Error('a Mac that is not known was allowed');
  const accepted: Result = {
    computer: named,
    profile,
    outcome: verdict.planOnly ? 'planned' : 'accepted',
    reason: null,
    sentence: verdict.sentence,
    redistributionId: null,
  };
  const { takesOver } = verdict;
  if (takesOver === null)
    return { result: accepted, open: () => openOne(services, { accepted, computer, watched, wish }) };
  // Each of many is counted as what the request opened: one that was open before is not.
  if (!wish.takesOver)
    return refused(
      named,
      profile,
      'open',
      `A redistribution of this Mac is open already and waits (${takesOver.id}): ask for this Mac by itself to take it over.`,
    );
  return {
    result: accepted,
    open: async () => {
      const taken = await takeOverOpen(takesOver, wish, services);
      return taken === null
        ? refused(named, profile, 'open', 'It went on a moment ago: watch it.').result
        : { ...accepted, redistributionId: taken.id };
    },
  };
}

async function openOne(
  { redistributions, telemetry, producers, now }: Redistributing,
  {
    accepted,
    computer,
    watched,
    wish,
  }: { accepted: Result; computer: KnownComputer; watched: WatchedProfile; wish: Wish },
): Promise<Result> {
  const { instance, name: profile } = watched;
  const { by, reason, overrides, batch } = wish;
  const id = idFor(wish, profile, computer.id) ?? randomUUID();
  // It may be over by now: under the same id it is not opened again.
  if (batch !== undefined && (await redistributions.read(instance, id)) !== null) {
    await producers.startRedistribution(instance, id);
    return { ...accepted, redistributionId: id };
  }
  const at = now();
  const cause = { kind: 'manual' as const, by, reason, overrides, ...(batch === undefined ? {} : { batch }) };
  const assessment = assess(computer, watched, at);
  const fresh = openRedistribution({ id, computer, watched, assessment, cause, now: at });
  const { opened, record } = await redistributions.open(fresh);
  if (!opened)
    return refused(
      accepted.computer,
      profile,
      'open',
      `A redistribution of this Mac was opened a moment ago (${record.id}): watch that one.`,
    ).result;
  telemetry.emit('redistribution.moved', {
    instance,
    profile,
    computerId: computer.id,
    redistributionId: record.id,
    from: 'nothing',
    to: record.state,
    why: record.history[0]?.why ?? '',
    cause: 'manual',
  });
  await producers.startRedistribution(instance, record.id);
  return { ...accepted, redistributionId: record.id };
}

/** With a request for many each Mac has one id: gone on with after a kill, none is opened twice. */
function idFor({ batch }: Wish, profile: string, computerId: string): string | null {
  if (batch === undefined) return null;
  const hash = createHash('sha256').update(`${batch}/${profile}/${computerId}`).digest('hex');
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    hash.slice(12, 16),
    hash.slice(16, 20),
    hash.slice(20, 32),
  ].join('-');
}

function refused(
  computer: Result['computer'],
  profile: string | null,
  reason: string,
  sentence: string,
): Candidate {
  return {
    result: { computer, profile, outcome: 'refused', reason, sentence, redistributionId: null },
    open: null,
  };
}

/** The profile that is named, or the only one that is for this Mac. */
function chooseProfile(
  computer: KnownComputer | null,
  watched: readonly WatchedProfile[],
  { wanted, missing, now }: { wanted: string | undefined; missing: readonly string[]; now: number },
): { watched: WatchedProfile } | { reason: string; sentence: string } {
  const unread = wanted === undefined ? missing : missing.filter((name) => name === wanted);
  const choice = wanted === undefined ? watched : watched.filter(({ name }) => name === wanted);
  const forIt =
    computer === null ? choice : choice.filter((profile) => assess(computer, profile, now).inScope);
  const [only] = forIt.length > 0 ? forIt : choice;
  if (only === undefined)
    return {
      reason: 'profile-unknown',
      sentence: `Jamf Pro has not yet told of ${unread.length === 0 ? 'any watched profile' : unread.join(', ')}: a worker reads it when it starts and at each sweep.`,
    };
  if (computer !== null && forIt.length > 1)
    return {
      reason: 'several-profiles',
      sentence: `Several watched profiles are for this Mac (${forIt.map(({ name }) => name).join(', ')}): say which with "profile".`,
    };
  return { watched: only };
}
