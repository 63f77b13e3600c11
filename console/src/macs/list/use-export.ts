import { useEffect, useRef, useState } from 'react';
import type { ComputerSummary } from '../../api/answers.js';
import { eachMac, type MacFilter } from '../../api/macs.js';
import { isSelected, type Selection } from './selection.js';

/** The export of the selected Macs: its progress, and functions that start and stop it. */
export interface Export {
  /** Number of selected Macs that have been read so far; `null` when no export is running. */
  met: number | null;
  problem: string | null;
  /**
   * Reads the selected Macs page by page, passes each page to `take`, and then calls `done`. A second call stops
   * the first export.
   */
  begin: (take: (macs: readonly ComputerSummary[]) => void, done: () => void) => void;
  stop: () => void;
}

/** Reads the Macs of a selection page by page for an export, so 100,000 Macs do not block the browser. */
export function useExport(filter: MacFilter, selection: Selection): Export {
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
          const chosen = macs.filter(({ id }) => isSelected(selection, id));
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
