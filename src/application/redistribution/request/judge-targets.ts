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
import type { Ports, Telemetry } from '../../ports.js';
import { openAndStart } from '../open.js';
import { takeOverOpen } from './take-over.js';

type Result = z.input<typeof redistributeAnswer>['results'][number];

/** The ports that evaluating and opening redistributions uses. */
export interface JudgePorts {
  profiles: Pick<Ports['profiles'], 'watchedProfiles'>;
  limits: Pick<Ports['limits'], 'paused'>;
  redistributions: Pick<
    Ports['redistributions'],
    'open' | 'openForMany' | 'read' | 'compareAndSet' | 'signal'
  >;
  producers: Pick<Ports['producers'], 'startRedistribution' | 'promoteRedistribution'>;
  telemetry: Telemetry;
  now: () => number;
}

/** A Mac as it is named in the request, with the Mac that was found. */
export interface ResolvedTarget {
  named: Result['computer'];
  /** `null` when the Mac is unknown. */
  computer: KnownComputer | null;
  /** Why the request does not identify exactly one Mac; absent when it does. */
  refusal?: { reason: string; sentence: string };
}

/** The settings of a redistribution request that apply to all its Macs. */
export interface RedistributionRequest {
  by: string;
  reason: string;
  /** Name of the watched profile; if absent, the only watched profile whose scope includes the Mac. */
  profile?: string | undefined;
  overrides: Overrides;
  /** Whether the request may take over an open redistribution that is waiting. */
  takesOver: boolean;
  /** ID of the batch to which the request belongs. */
  batch?: string;
}

/** The evaluation of one Mac of a request. */
export interface Candidate {
  result: Result;
  /** Opens the redistribution; `null` when the Mac is refused. */
  open: (() => Promise<Result>) | null;
}

/** Number of Macs that are evaluated at a time. In between, other work of the process can run. */
const CHUNK = 500;

/**
 * Evaluates all Macs of a request, in the order of the request, without changing anything. A dry run therefore gives
 * the same results as the real request, after which the calling code calls `open` of the candidates. Takes a few
 * round trips to Redis per 500 Macs.
 */
export async function judgeTargets(
  services: JudgePorts,
  instance: string,
  all: readonly ResolvedTarget[],
  wish: RedistributionRequest,
): Promise<readonly Candidate[]> {
  const [{ watched, missing }, paused] = await Promise.all([
    services.profiles.watchedProfiles(instance),
    services.limits.paused(instance),
  ]);
  const seen = new Set<string>();
  const candidates: Candidate[] = [];
  for (let from = 0; from < all.length; from += CHUNK) {
    const chunk = all.slice(from, from + CHUNK).map(({ named, computer, refusal }) => {
      const twice = computer !== null && seen.has(computer.id);
      if (computer !== null) seen.add(computer.id);
      const choice = twice
        ? { reason: 'named-twice', sentence: 'The request names this Mac more than once.' }
        : (refusal ??
          chooseProfile(computer, watched, { wanted: wish.profile, missing, now: services.now() }));
      return { named, computer, choice };
    });
    const open = await readOpen(services, instance, chunk);
    for (const { named, computer, choice } of chunk)
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

/** Reads the open redistributions of the given Macs, by `profile/computerId`. Takes one read per profile. */
async function readOpen(
  { redistributions }: JudgePorts,
  instance: string,
  chunk: readonly {
    computer: KnownComputer | null;
    choice: { watched: WatchedProfile } | { reason: string };
  }[],
): Promise<ReadonlyMap<string, Redistribution>> {
  const ids = new Map<string, string[]>();
  for (const { computer, choice } of chunk)
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

interface Judged extends ResolvedTarget {
  wish: RedistributionRequest;
  watched: WatchedProfile;
  open: Redistribution | null;
  paused: { by: string; reason: string } | null;
}

function judgeOne(services: JudgePorts, judged: Judged): Candidate {
  const { wish, computer, named, watched, open, paused } = judged;
  const now = services.now();
  const profile = watched.name;
  const assessment = computer && assess(computer, watched, now);
  // This batch has already opened the redistribution if the worker was killed before it recorded the result.
  const ownBatch = open !== null && open.id === idFor(wish, profile, open.computerId);
  const verdict = judgeRequest({
    computer,
    assessment,
    watched,
    open: ownBatch ? null : open,
    paused,
    now,
    overrides: wish.overrides,
  });
  if (!verdict.allowed) return refused(named, profile, verdict.reason, verdict.sentence);
  if (computer === null || assessment === null) throw new Error('an unknown Mac was allowed');
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
  // A batch counts only redistributions that it opened, so it does not take over existing ones.
  if (!wish.takesOver)
    return refused(
      named,
      profile,
      'open',
      `A redistribution of this Mac is already open and waiting (${takesOver.id}). To take it over, send a request for this Mac alone.`,
    );
  return {
    result: accepted,
    open: async () => {
      const taken = await takeOverOpen(takesOver, wish, services);
      return taken === null
        ? refused(named, profile, 'open', 'The redistribution has just resumed. Follow its progress instead.')
            .result
        : { ...accepted, redistributionId: taken.id };
    },
  };
}

async function openOne(
  services: JudgePorts,
  {
    accepted,
    computer,
    watched,
    wish,
  }: { accepted: Result; computer: KnownComputer; watched: WatchedProfile; wish: RedistributionRequest },
): Promise<Result> {
  const { instance, name: profile } = watched;
  const { by, reason, overrides, batch } = wish;
  const { redistributions, producers, now } = services;
  const id = idFor(wish, profile, computer.id) ?? randomUUID();
  // This batch has already opened a redistribution with this ID, which may even have ended. It is not opened again.
  if (batch !== undefined && (await redistributions.read(instance, id)) !== null) {
    await producers.startRedistribution(instance, id);
    return { ...accepted, redistributionId: id };
  }
  const at = now();
  const cause = { kind: 'manual' as const, by, reason, overrides, ...(batch === undefined ? {} : { batch }) };
  const assessment = assess(computer, watched, at);
  const fresh = openRedistribution({ id, computer, watched, assessment, cause, now: at });
  const { opened, record } = await openAndStart(services, fresh);
  if (!opened)
    return refused(
      accepted.computer,
      profile,
      'open',
      `Another redistribution of this Mac has just been opened (${record.id}). Follow its progress instead.`,
    ).result;
  return { ...accepted, redistributionId: record.id };
}

/**
 * Returns the ID of the redistribution of a Mac in a batch. The ID depends only on the batch, the profile and the
 * Mac, so a batch that continues after its worker was killed opens no redistribution twice.
 */
function idFor({ batch }: RedistributionRequest, profile: string, computerId: string): string | null {
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

/** Selects the named profile; without a name, the only profile whose scope includes this Mac. */
function chooseProfile(
  computer: KnownComputer | null,
  watched: readonly WatchedProfile[],
  { wanted, missing, now }: { wanted: string | undefined; missing: readonly string[]; now: number },
): { watched: WatchedProfile } | { reason: string; sentence: string } {
  const unread = wanted === undefined ? missing : missing.filter((name) => name === wanted);
  const choice = wanted === undefined ? watched : watched.filter(({ name }) => name === wanted);
  const inScope =
    computer === null ? choice : choice.filter((profile) => assess(computer, profile, now).inScope);
  const [only] = inScope.length > 0 ? inScope : choice;
  if (only === undefined)
    return {
      reason: 'profile-unknown',
      sentence: `Not read from Jamf Pro yet: ${unread.length === 0 ? 'all watched profiles' : unread.join(', ')}. A worker reads the profiles when it starts and at each sweep.`,
    };
  if (computer !== null && inScope.length > 1)
    return {
      reason: 'several-profiles',
      sentence: `This Mac is in the scope of several watched profiles (${inScope.map(({ name }) => name).join(', ')}). Specify one with "profile".`,
    };
  return { watched: only };
}
