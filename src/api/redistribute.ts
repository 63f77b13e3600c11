import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { assess } from '../domain/assess.js';
import type { KnownComputer } from '../domain/known.js';
import { openRedistribution } from '../domain/redistribution/open.js';
import { judgeRequest } from '../domain/redistribution/request.js';
import type { WatchedProfile } from '../domain/watched.js';
import type { Principal } from './roles.js';
import type { redistributeAnswer, redistributeRequest } from './schemas/redistribution.js';
import type { ApiServices } from './services.js';

type Request = z.output<typeof redistributeRequest>;
type Result = z.input<typeof redistributeAnswer>['results'][number];

/** A Mac of the request that may be redistributed, and how it is opened. */
interface Candidate {
  result: Result;
  /** `null` when it is refused. */
  open: (() => Promise<Result>) | null;
}

/**
 * What becomes of each Mac that a person named: judged first, all of them, so that a dry run and the real thing say the same.
 * Nothing is changed before `open` of a candidate is called.
 */
export async function judgeAll(
  services: ApiServices,
  who: Principal,
  instance: string,
  request: Request,
): Promise<readonly Candidate[]> {
  const { watched, missing } = await services.profiles.watchedProfiles(instance);
  const paused = await services.limits.paused(instance);
  // All at once, so that a hundred Macs cost Redis a few round trips and not some hundred one after the other.
  const found = await Promise.all(
    request.computers.map(async (ref) => ({ ref, computer: await resolve(services, instance, ref) })),
  );
  const seen = new Set<string>();
  return Promise.all(
    found.map(async ({ ref, computer }): Promise<Candidate> => {
      const named = identityOf(ref, computer);
      if (computer !== null && seen.has(computer.id))
        return refused(named, null, 'named-twice', 'This Mac is named twice in the request; once is enough.');
      if (computer !== null) seen.add(computer.id);
      const profile = chooseProfile(computer, watched, {
        wanted: request.profile,
        missing,
        now: services.now(),
      });
      return 'sentence' in profile
        ? refused(named, null, profile.reason, profile.sentence)
        : await judgeOne(services, { who, request, computer, named, watched: profile.watched, paused });
    }),
  );
}

async function judgeOne(
  services: ApiServices,
  {
    who,
    request,
    computer,
    named,
    watched,
    paused,
  }: {
    who: Principal;
    request: Request;
    computer: KnownComputer | null;
    named: Result['computer'];
    watched: WatchedProfile;
    paused: { by: string; reason: string } | null;
  },
): Promise<Candidate> {
  const now = services.now();
  const { instance, name: profile } = watched;
  const assessment = computer && assess(computer, watched, now);
  const open = computer && (await services.redistributions.openFor(instance, profile, computer.id));
  const verdict = judgeRequest({ computer, assessment, watched, open, paused, now });
  if (!verdict.allowed) return refused(named, profile, verdict.reason, verdict.sentence);
  const accepted: Result = {
    computer: named,
    profile,
    outcome: verdict.planOnly ? 'planned' : 'accepted',
    reason: null,
    sentence: verdict.sentence,
    redistributionId: null,
  };
  if (computer === null || assessment === null) throw new Error('a Mac that is not known was allowed');
  return {
    result: accepted,
    open: async () => {
      const fresh = openRedistribution({
        id: randomUUID(),
        computer,
        watched,
        assessment,
        cause: {
          kind: 'manual',
          by: who.name,
          reason: request.reason,
          overrides: { hourlyCap: request.overrideHourlyCap, canary: request.overrideCanary },
        },
        now,
      });
      const { opened, record } = await services.redistributions.open(fresh);
      if (!opened)
        return refused(
          named,
          profile,
          'open',
          `A redistribution of this Mac was opened a moment ago (${record.id}): watch that one.`,
        ).result;
      services.telemetry.emit('redistribution.moved', {
        instance,
        profile,
        computerId: computer.id,
        redistributionId: record.id,
        from: 'nothing',
        to: record.state,
        why: record.history[0]?.why ?? '',
        cause: 'manual',
      });
      await services.producers.startRedistribution(instance, record.id);
      return { ...accepted, redistributionId: record.id };
    },
  };
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

async function resolve(
  { computers }: ApiServices,
  instance: string,
  ref: Request['computers'][number],
): Promise<KnownComputer | null> {
  return 'id' in ref
    ? computers.get(instance, ref.id)
    : computers.findBySerialNumber(instance, ref.serialNumber);
}

function identityOf(ref: Request['computers'][number], computer: KnownComputer | null): Result['computer'] {
  if (computer) return { id: computer.id, serialNumber: computer.serialNumber, name: computer.name };
  return 'id' in ref
    ? { id: ref.id, serialNumber: null, name: '' }
    : { id: null, serialNumber: ref.serialNumber, name: '' };
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
