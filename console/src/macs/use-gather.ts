import { useEffect, useRef, useState } from 'react';
import type { ComputerSummary } from '../api/answers.js';
import { eachMac, type MacFilter } from '../api/macs.js';
import { isChosen, type Selection } from './selection.js';

/** Going through all Macs that are chosen. */
export interface Gather {
  /** How many were met so far; `null` when nobody is at it. */
  met: number | null;
  problem: string | null;
  /** Gives the chosen ones in pieces, then calls `done`; a second call ends the first. */
  begin: (take: (macs: readonly ComputerSummary[]) => void, done: () => void) => void;
  stop: () => void;
}

/** Goes through the Macs of a selection, in pieces: also a hundred thousand do not freeze the page. */
export function useGather(filter: MacFilter, selection: Selection): Gather {
  const [met, setMet] = useState<number | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const work = useRef(new AbortController());
  useEffect(() => () => work.current.abort(), []);
  const go = async (
    take: (macs: readonly ComputerSummary[]) => void,
    done: () => void,
    { signal }: AbortController,
  ) => {
    let count = 0;
    setMet(0);
    setProblem(null);
    try {
      await eachMac(filter, {
        signal,
        take: (macs) => {
          const chosen = macs.filter(({ id }) => isChosen(selection, id));
          count += chosen.length;
          take(chosen);
          setMet(count);
        },
      });
      done();
    } catch (error) {
      if (!signal.aborted) setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      if (work.current.signal === signal) setMet(null);
    }
  };
  return {
    met,
    problem,
    begin: (take, done) => {
      work.current.abort();
      work.current = new AbortController();
      void go(take, done, work.current);
    },
    stop: () => {
      work.current.abort();
      setMet(null);
    },
  };
}
