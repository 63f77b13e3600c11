import { afterEach, expect, test, vi } from 'vitest';
import {
  addTo,
  askInPieces,
  NOTHING,
  PIECE,
  piecesOf,
  refusedIn,
} from '../../../console/src/redistribute/bulk.js';

const wish = { instance: 'prod', profile: 'okta', reason: 'INC-1: all of them' };
const ids = Array.from({ length: 2 * PIECE + 1 }, (_, index) => String(index + 1));

type Asked = { key: string | null; dryRun: boolean; ids: string[] };

/** An API that takes on Macs with odd ids, and answers as told for the rest. */
function pretendApi(status: (asked: Asked) => number = () => 202): Asked[] {
  const requests: Asked[] = [];
  vi.stubGlobal('fetch', (_path: string, init: { headers: Record<string, string>; body: string }) => {
    const body = JSON.parse(init.body) as { dryRun: boolean; computers: { id: string }[] };
    const asked = {
      key: init.headers['idempotency-key'] ?? null,
      dryRun: body.dryRun,
      ids: body.computers.map(({ id }) => id),
    };
    requests.push(asked);
    const results = asked.ids.map((id) => ({
      computer: { id, serialNumber: null, name: '' },
      outcome: Number(id) % 2 === 1 ? 'accepted' : 'refused',
      reason: Number(id) % 2 === 1 ? null : 'open',
      sentence: `of ${id}`,
    }));
    const code = status(asked);
    const answer = code < 400 ? { results } : { title: 'Refused', detail: 'None of them' };
    return Promise.resolve(new Response(JSON.stringify(answer), { status: code }));
  });
  return requests;
}
afterEach(() => vi.unstubAllGlobals());

const go = async (key: string | null, { from = 0, signal = new AbortController().signal } = {}) => {
  let tally = NOTHING;
  await askInPieces(wish, ids, {
    key,
    from,
    signal,
    tell: (results) => {
      tally = addTo(tally, results);
    },
  });
  return tally;
};

test('pieces are no larger than a request, and lose nothing', () => {
  expect(piecesOf(ids).map(({ length }) => length)).toEqual([PIECE, PIECE, 1]);
  expect(piecesOf(ids).flat()).toEqual(ids);
  expect(piecesOf([])).toEqual([]);
});

test('a preview is a dry run of every piece, without a key; refusals are counted by reason', async () => {
  const requests = pretendApi();
  const tally = await go(null);
  expect(requests.map(({ key, dryRun }) => ({ key, dryRun }))).toEqual(
    Array(3).fill({ key: null, dryRun: true }),
  );
  expect(tally.accepted).toEqual(ids.filter((id) => Number(id) % 2 === 1));
  expect(tally.refused).toEqual([{ reason: 'open', count: PIECE, sentence: 'of 2' }]);
  expect(refusedIn(tally)).toBe(PIECE);
});

test('each piece that acts has its own key, and going on has the same', async () => {
  const requests = pretendApi();
  await go('decision');
  expect(requests.map(({ key }) => key)).toEqual(['decision.0', 'decision.1', 'decision.2']);
  requests.length = 0;
  await go('decision', { from: 2 });
  expect(requests.map(({ key }) => key)).toEqual(['decision.2']);
});

test('a piece of which none is taken on is refused, and the next goes on', async () => {
  pretendApi(({ key }) => (key === 'decision.1' ? 409 : 202));
  const tally = await go('decision');
  expect(tally.refused.map(({ reason, count }) => [reason, count])).toEqual([
    ['refused meanwhile', PIECE],
    ['open', PIECE / 2],
  ]);
});

test('anything else ends it, and what was told before stands', async () => {
  pretendApi(({ key }) => (key === 'decision.1' ? 503 : 202));
  const told: number[] = [];
  const work = askInPieces(wish, ids, {
    key: 'decision',
    signal: new AbortController().signal,
    tell: (results) => void told.push(results.length),
  });
  await expect(work).rejects.toThrow('None of them');
  expect(told).toEqual([PIECE]);
});

test('who stops it has no further piece asked for', async () => {
  const stop = new AbortController();
  const requests = pretendApi(() => {
    stop.abort();
    return 202;
  });
  await go('decision', { signal: stop.signal });
  expect(requests).toHaveLength(1);
});
