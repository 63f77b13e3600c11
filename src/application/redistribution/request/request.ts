import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { loadOf } from '../../../domain/redistribution/safety-limits/load.js';
import { audited } from '../../audit/audited.js';
import { refusalsOf, viewOf } from './batch-view.js';
import type { FindPorts } from '../../fleet/find-computers.js';
import { proofMsOf } from '../../fleet/forecast-fleet.js';
import { Problem } from '../../../contract/problem.js';
import {
  type Candidate,
  judgeTargets,
  type ResolvedTarget,
  type JudgePorts,
  type RedistributionRequest,
} from './judge-targets.js';
import type { Principal } from '../../../contract/roles.js';
import {
  MOST_AT_ONCE,
  MOST_LISTED,
  type redistributeAnswer,
  type redistributeRequest,
} from '../../../contract/resources/redistribution.js';
import type { Ports } from '../../ports.js';
import { resolveProfiles } from '../../fleet/resolve-instance.js';
import { resolveFilter, resolveNamed } from './resolve-targets.js';

/** The ports that a request of a user for redistributions uses. */
export type RequestPorts = FindPorts & JudgePorts & Pick<Ports, 'audit' | 'batches' | 'producers'>;

type Request = z.output<typeof redistributeRequest>;
type Answer = z.input<typeof redistributeAnswer>;
type Results = Answer['results'];

/**
 * Redistributes a profile to the Macs that the request lists or that match its filter, or returns a preview
 * (`dryRun`). For up to 100 listed Macs, the redistributions are opened before the response is sent. More Macs, or a
 * filter, become a batch that is processed in the background.
 * @throws Problem when no Mac is accepted, or more than `most` Macs would be. Nothing is changed in this case.
 */
export async function requestRedistributions(
  services: RequestPorts,
  who: Principal,
  instance: string,
  request: Request,
): Promise<Answer> {
  const { computers = [], filter, profile } = request;
  const inBackground = filter !== undefined || computers.length > MOST_AT_ONCE;
  const wish: RedistributionRequest = {
    by: who.name,
    reason: request.reason,
    profile,
    overrides: { hourlyCap: request.overrideHourlyCap, canary: request.overrideCanary },
    takesOver: !inBackground,
  };
  const named =
    filter === undefined
      ? await resolveNamed(services, instance, computers)
      : await resolveFilter(services, { instance, profile }, filter);
  const candidates = await judgeTargets(services, instance, named, wish);
  const load = await loadFor(services, instance, { named, candidates, wish });
  const results = candidates.map(({ result }) => result);
  if (request.dryRun) return answerOf(results, { dryRun: true, load });
  const accepted = candidates.filter(({ open }) => open !== null);
  const act = { action: 'redistribute' as const, instance, reason: request.reason };
  if (!inBackground) {
    const subjects = results.map(({ computer }) => computer.serialNumber ?? computer.id ?? '?');
    return audited(services, who, { ...act, computers: computers.length, subjects }, async () => {
      requireAtMost(accepted.length, request);
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
  return audited(services, who, { ...act, computers: accepted.length, subjects: [id] }, async () => {
    requireAtMost(accepted.length, request);
    if (accepted.length === 0) throw noneAccepted(results);
    const batch = {
      id,
      instance,
      profile: profile ?? null,
      by: who.name,
      reason: request.reason,
      at: services.now(),
      filter: filter ?? null,
      overrides: wish.overrides,
      total: accepted.length,
      load,
      cancelRequest: null,
    };
    await services.batches.add(
      batch,
      accepted.map(({ result }) => result.computer.id ?? ''),
    );
    await services.producers.startBatch(instance, id);
    const answer = answerOf(results, { dryRun: false, load });
    return {
      value: { ...answer, results: [], complete: false, batch: await viewOf(batch, services) },
      outcome: 'done',
      result: `${answer.accepted} accepted, ${answer.refused} refused: batch ${id}.`,
    };
  });
}

/** Number of Macs from which the mean age of inventory is estimated. Reading the entire fleet would take seconds. */
const SAMPLE = 100;

/** Estimates the API calls and the duration for the accepted Macs of all profiles; `null` when no Mac is accepted. */
async function loadFor(
  services: RequestPorts,
  instance: string,
  {
    named,
    candidates,
    wish: { overrides },
  }: { named: readonly ResolvedTarget[]; candidates: readonly Candidate[]; wish: RedistributionRequest },
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
      const [watched] = await resolveProfiles(services, instance, profile);
      if (watched === undefined) return [];
      const proofMs = proofMsOf(sample, watched, services.now());
      return [loadOf(count, watched.policy, { proofMs, pastHourlyCap: overrides.hourlyCap })];
    }),
  );
  const [first, ...others] = loads.flat();
  if (first === undefined) return null;
  return others.reduce(
    (sum, other) => ({
      ...sum,
      issuances: sum.issuances + other.issuances,
      calls: sum.calls + other.calls,
      // Profiles have separate limits, so their redistributions run at the same time and the longest duration counts.
      durationMs: Math.max(sum.durationMs, other.durationMs),
    }),
    first,
  );
}

function requireAtMost(accepted: number, { most, filter }: Request): void {
  if (accepted > most)
    throw new Problem(
      'refused',
      `${accepted} Macs would be redistributed, but "most" is ${most}. Nothing was changed. ${filter === undefined ? 'Name fewer Macs' : 'Narrow the filter'}, or check a dry run and set "most" to its number.`,
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
  if (first === undefined) return new Problem('refused', 'No Mac matches. There is nothing to redistribute.');
  const detail =
    results.length === 1
      ? `${first.computer.serialNumber ?? `computer ${first.computer.id ?? ''}`}: ${first.sentence}`
      : `None of the ${results.length} Macs can be redistributed now; see "results" for the reasons. The first: ${first.sentence}`;
  return new Problem('refused', detail, { results: results.slice(0, MOST_LISTED) });
}
