/** What came of a sweep. `stopped`: where it stopped is stored, and it will be taken up again. `busy`: somebody else is at it. */
export interface SweepOutcome {
  outcome: 'done' | 'busy' | 'stopped' | 'nothing-watched';
  pages: number;
  computers: number;
}
