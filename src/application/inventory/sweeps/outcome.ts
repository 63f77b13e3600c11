/**
 * Result of a sweep. `busy`: another process runs the same sweep. `stopped`: the process is stopping; a full sweep resumes at the stored
 * page, other sweeps start again.
 */
export interface SweepOutcome {
  outcome: 'done' | 'busy' | 'stopped' | 'nothing-watched';
  pages: number;
  computers: number;
}

export const BUSY: SweepOutcome = { outcome: 'busy', pages: 0, computers: 0 };
export const NOTHING_WATCHED: SweepOutcome = { outcome: 'nothing-watched', pages: 0, computers: 0 };
