import type { RedistributeAnswer, RedistributeRequest } from '../api/answers.js';
import { ApiProblem, post } from '../api/ask.js';

/** Most Macs in one request: as the API has it. */
export const PIECE = 100;

/** What is asked for all Macs alike. */
export type Wish = Omit<RedistributeRequest, 'computers' | 'dryRun'>;

/** Macs that are refused for one reason. */
export interface RefusedGroup {
  reason: string;
  count: number;
  /** What was said of the first of them. */
  sentence: string;
}

/** What would become of, or became of, many Macs. */
export interface Tally {
  /** Ids of those that are taken on. */
  accepted: readonly string[];
  /** Of those: opened as a plan only, because the mode is observe. */
  planned: number;
  refused: readonly RefusedGroup[];
}

export const NOTHING: Tally = { accepted: [], planned: 0, refused: [] };

/** How many were refused. */
export function refusedIn({ refused }: Tally): number {
  return refused.reduce((sum, { count }) => sum + count, 0);
}

/** Cuts a list into pieces that fit one request. */
export function piecesOf(ids: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(ids.length / PIECE) }, (_, index) =>
    ids.slice(index * PIECE, (index + 1) * PIECE),
  );
}

/** Adds what was said of a piece. */
export function addTo(tally: Tally, results: RedistributeAnswer['results']): Tally {
  const refused = new Map(tally.refused.map((group) => [group.reason, group]));
  const accepted = [...tally.accepted];
  let { planned } = tally;
  for (const { outcome, reason, sentence, computer } of results) {
    if (outcome !== 'refused') {
      if (computer.id !== null) accepted.push(computer.id);
      if (outcome === 'planned') planned += 1;
      continue;
    }
    const name = reason ?? 'refused';
    const group = refused.get(name) ?? { reason: name, count: 0, sentence };
    refused.set(name, { ...group, count: group.count + 1 });
  }
  return { accepted, planned, refused: [...refused.values()].sort((one, other) => other.count - one.count) };
}

/**
 * Asks for one piece after the other, so that it can be watched and stopped. With a `key` it acts: each piece has its own key made from
 * it, so that going on after a lost answer does nothing twice.
 *
 * @throws ApiProblem of the first piece that fails; what was told before stands.
 */
export async function askInPieces(
  wish: Wish,
  ids: readonly string[],
  {
    key,
    from = 0,
    tell,
    signal,
  }: {
    key: string | null;
    from?: number;
    tell: (results: RedistributeAnswer['results']) => void;
    signal: AbortSignal;
  },
): Promise<void> {
  const pieces = piecesOf(ids);
  for (let index = from; index < pieces.length && !signal.aborted; index += 1) {
    const piece = pieces[index] ?? [];
    const request = { ...wish, dryRun: key === null, computers: piece.map((id) => ({ id })) };
    const answer = await post<RedistributeAnswer>(
      '/redistributions',
      request,
      key === null ? undefined : `${key}.${index}`,
    ).catch((error: unknown) => allRefused(error, piece));
    tell(answer.results);
  }
}

/** When none of a piece is taken on the API answers with a refusal, not with results. */
function allRefused(error: unknown, piece: readonly string[]): Pick<RedistributeAnswer, 'results'> {
  if (!(error instanceof ApiProblem) || error.status !== 409) throw error;
  return {
    results: piece.map((id) => ({
      computer: { id, serialNumber: null, name: '' },
      profile: null,
      outcome: 'refused' as const,
      reason: 'refused meanwhile',
      sentence: error.message,
      redistributionId: null,
    })),
  };
}
