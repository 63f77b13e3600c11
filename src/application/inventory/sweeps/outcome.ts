/** What came of a sweep. `stopped`: where it stopped is stored, and it will be taken up again. `busy`: somebody else is at it. */
export interface SweepOutcome {
  outcome: 'done' | 'busy' | 'stopped' | 'nothing-watched';
  pages: number;
  computers: number;
}

export const BUSY: SweepOutcome = { outcome: 'busy', pages: 0, computers: 0 };
export const NOTHING_WATCHED: SweepOutcome = { outcome: 'nothing-watched', pages: 0, computers: 0 };
