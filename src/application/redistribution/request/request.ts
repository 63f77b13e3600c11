import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { loadOf } from '../../../domain/redistribution/safety-limits/load.js';
import { audited } from '../../audit/audited.js';
import { refusalsOf, viewOf } from './batch-view.js';
import type { FindPorts } from '../../fleet/find-computers.js';
import { proofMsOf } from '../../fleet/forecast-fleet.js';
import { Problem } from '../../../contract/problem.js';
import { type Candidate, judgeAll, type Named, type Redistributing, type Wish } from './judge-targets.js';
import type { Principal } from '../../../contract/roles.js';
import {
  MOST_AT_ONCE,
  MOST_LISTED,
  type redistributeAnswer,
  type redistributeRequest,
} from '../../../contract/resources/redistribution.js';
import type { Ports } from '../../ports.js';
import { whichProfiles } from '../../fleet/resolve-instance.js';
import { matchingOnes, namedOnes } from './resolve-targets.js';

/** What a person's request for redistributions uses. */
export type RequestPorts = FindPorts & Redistributing & Pick<Ports, 'audit' | 'batches'>;

type Request = z.output<typeof redistributeRequest>;
type Answer = z.input<typeof redistributeAnswer>;
type Results = Answer['results'];

/**
 * Has a profile redistributed to the Macs that a person names, or that match a filter now; or says what would happen. A hundred named
 * ones are opened before the answer, others in the background.
 *
 * @throws Problem when none is taken on, or more than `most` would be: then nothing is.
 */
export async function redistribute(
  services: RequestPorts,
  who: Principal,
  instance: string,
  request: Request,
): Promise<Answer> {
  const { computers = [], filter, profile } = request;
  const inBackground = filter !== undefined || computers.length > MOST_AT_ONCE;
  const wish: Wish = {
    by: who.name,
    reason: request.reason,
    profile,
    overrides: { hourlyCap: request.overrideHourlyCap, canary: request.overrideCanary },
    takesOver: !inBackground,
  };
  const named =
    filter === undefined
      ? await namedOnes(services, instance, computers)
      : await matchingOnes(services, { instance, profile }, filter);
  const candidates = await judgeAll(services, instance, named, wish);
  const load = await loadFor(services, instance, { named, candidates, wish });
  const results = candidates.map(({ result }) => result);
  if (request.dryRun) return answerOf(results, { dryRun: true, load });
  const taken = candidates.filter(({ open }) => open !== null);
  const act = { action: 'redistribute' as const, instance, reason: request.reason };
  if (!inBackground) {
    const subjects = results.map(({ computer }) => computer.serialNumber ?? computer.id ?? '?');
    return audited(services, who, { ...act, computers: computers.length, subjects }, async () => {
      mustBeFewer(taken.length, request);
      const outcomes: Results = [];
      for (const { open, result } of candidates) outcomes.push(open ? await open() : result);
      const value = answerOf(outcomes, { dryRun: false, load });
      if (value.accepted === 0) throw noneAccepted(outcomes);
      const what = outcomes.map(({ redistributionId, reason }) => redistributionId ?? reason).join(', ');
      return {
        value,
        outcome: 'done',
        result: `${value.accepted} opened, ${value.refused} refused: ${what}`,
      };
    });
  }
  const id = randomUUID();
  return audited(services, who, { ...act, computers: taken.length, subjects: [id] }, async () => {
    mustBeFewer(taken.length, request);
    if (taken.length === 0) throw noneAccepted(results);
    const batch = {
      id,
      instance,
      profile: profile ?? null,
      by: who.name,
      reason: request.reason,
      at: services.now(),
      filter: filter ?? null,
      overrides: wish.overrides,
      total: taken.length,
      load,
      cancelRequest: null,
    };
    await services.batches.add(
      batch,
      taken.map(({ result }) => result.computer.id ?? ''),
    );
    await services.producers.startBatch(instance, id);
    const told = answerOf(results, { dryRun: false, load });
    return {
      value: { ...told, results: [], complete: false, batch: await viewOf(batch, services) },
      outcome: 'done',
      result: `${told.accepted} taken on, ${told.refused} refused: request for many ${id}.`,
    };
  });
}

/** So many Macs tell how soon inventory comes: of a whole fleet it would be read for seconds. */
const SAMPLE = 100;

/** What those that are taken on cost; profile by profile, one after the other at worst. */
async function loadFor(
  services: RequestPorts,
  instance: string,
  {
    named,
    candidates,
    wish: { overrides },
  }: { named: readonly Named[]; candidates: readonly Candidate[]; wish: Wish },
): Promise<Answer['load']> {
  const counts = new Map<string, number>();
  for (const { result } of candidates)
    if (result.outcome === 'accepted' && result.profile !== null)
      counts.set(result.profile, (counts.get(result.profile) ?? 0) + 1);
  if (counts.size === 0) return null;
  const known = named.flatMap(({ computer }) => computer ?? []);
  const sample =
    known.length >= SAMPLE
      ? known
      : (await services.computers.list(instance, { cursor: undefined, limit: SAMPLE })).computers;
  const loads = await Promise.all(
    [...counts].map(async ([profile, count]) => {
      const [watched] = await whichProfiles(services, instance, profile);
      if (watched === undefined) return [];
      const proofMs = proofMsOf(sample, watched, services.now());
      return [loadOf(count, watched.policy, { proofMs, pastHourlyCap: overrides.hourlyCap })];
    }),
  );
  const [first, ...others] = loads.flat();
  if (first === undefined) return null;
  return others.reduce(
    (sum, one) => ({
      ...sum,
      issuances: sum.issuances + one.issuances,
      calls: sum.calls + one.calls,
      // Each profile has caps of its own, and goes on beside the others.
      durationMs: Math.max(sum.durationMs, one.durationMs),
    }),
    first,
  );
}

function mustBeFewer(taken: number, { most, filter }: Request): void {
  if (taken > most)
    throw new Problem(
      'refused',
      `${taken} Macs would be redistributed, and "most" is ${most}: nothing was done. ${filter === undefined ? 'Name fewer' : 'Narrow the filter'}, or look at the dry run and give its number as "most".`,
    );
}

function answerOf(results: Results, { dryRun, load }: Pick<Answer, 'dryRun' | 'load'>): Answer {
  const refused = results.filter(({ outcome }) => outcome === 'refused').length;
  return {
    dryRun,
    accepted: results.length - refused,
    refused,
    results: results.slice(0, MOST_LISTED),
    complete: results.length <= MOST_LISTED,
    refusals: refusalsOf(results),
    load,
    batch: null,
  };
}

function noneAccepted(results: Results): Problem {
  const [first] = results;
  if (first === undefined) return new Problem('refused', 'No Mac matches: there is nothing to redistribute.');
  const detail =
    results.length === 1
      ? `${first.computer.serialNumber ?? `computer ${first.computer.id ?? ''}`}: ${first.sentence}`
      : `None of the ${results.length} Macs can be redistributed now; "results" says why for each. The first: ${first.sentence}`;
  return new Problem('refused', detail, { results: results.slice(0, MOST_LISTED) });
}
