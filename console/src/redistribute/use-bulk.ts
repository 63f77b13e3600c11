import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { addTo, askInPieces, NOTHING, piecesOf, refusedIn, type Tally, type Wish } from './bulk.js';

/** Where a request for many Macs stands. */
export type Stage = 'asking' | 'previewing' | 'previewed' | 'acting' | 'stopped' | 'done';

/** A request for many Macs: what was found out so far, and what may be done next. */
export interface Bulk {
  stage: Stage;
  preview: Tally;
  acted: Tally;
  /** Share of the work under way that is done, 0 to 1. */
  share: number;
  problem: string | null;
  lookBefore: (wish: Wish) => void;
  act: (wish: Wish) => void;
  stop: () => void;
  /** Back to asking: something of the request was changed. */
  reset: () => void;
}

/** Previews a request for many Macs piece by piece, then acts on those that the preview took on. */
export function useBulk(ids: readonly string[]): Bulk {
  const client = useQueryClient();
  const [stage, setStage] = useState<Stage>('asking');
  const [preview, setPreview] = useState<Tally>(NOTHING);
  const [acted, setActed] = useState<Tally>(NOTHING);
  const [problem, setProblem] = useState<string | null>(null);
  // One decision, one key: pressed twice, or gone on with after a stop, it is done once.
  const key = useRef(crypto.randomUUID());
  const work = useRef(new AbortController());
  useEffect(() => () => work.current.abort(), []);

  const run = async (
    wish: Wish,
    { acts, of, from }: { acts: boolean; of: readonly string[]; from: number },
  ): Promise<void> => {
    work.current.abort();
    const mine = new AbortController();
    work.current = mine;
    setProblem(null);
    setStage(acts ? 'acting' : 'previewing');
    const set = acts ? setActed : setPreview;
    try {
      await askInPieces(wish, of, {
        key: acts ? key.current : null,
        from,
        signal: mine.signal,
        tell: (results) => {
          if (work.current === mine) set((before) => addTo(before, results));
        },
      });
      if (work.current !== mine) return;
      if (acts) setStage(mine.signal.aborted ? 'stopped' : 'done');
      else setStage(mine.signal.aborted ? 'asking' : 'previewed');
    } catch (error) {
      if (work.current !== mine) return;
      setProblem(error instanceof Error ? error.message : String(error));
      setStage(acts ? 'stopped' : 'asking');
    } finally {
      if (acts) void client.invalidateQueries();
    }
  };
  const done = acted.accepted.length + refusedIn(acted);
  const looked = preview.accepted.length + refusedIn(preview);
  const acting = stage === 'acting' || stage === 'stopped' || stage === 'done';
  return {
    stage,
    preview,
    acted,
    problem,
    share: acting ? done / Math.max(1, preview.accepted.length) : looked / Math.max(1, ids.length),
    lookBefore: (wish) => {
      setPreview(NOTHING);
      void run(wish, { acts: false, of: ids, from: 0 });
    },
    act: (wish) => {
      const of = preview.accepted;
      void run(wish, { acts: true, of, from: piecesOf(of.slice(0, done)).length });
    },
    stop: () => work.current.abort(),
    reset: () => {
      work.current.abort();
      key.current = crypto.randomUUID();
      setStage('asking');
      setPreview(NOTHING);
      setActed(NOTHING);
      setProblem(null);
    },
  };
}
