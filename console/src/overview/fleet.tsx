import type { InstanceOverview } from '../api/answers.js';
import { Card } from '../parts/card.js';
import { Shares } from '../parts/shares.js';
import { MAC_STATES, macLook } from '../parts/states.js';

type ProfileOverview = InstanceOverview['profiles'][number];

/** From good to bad, so that trouble stands at one end of the bar. */
const BAR_ORDER = ['healthy', 'unknown', 'due', 'overdue', 'expired', 'out-of-scope'] as const;

/** The certificates of one watched profile by state: the share of each as a bar, the numbers as links to the Macs. */
export function Fleet({ profile, link }: { profile: ProfileOverview; link: (state: string) => string }) {
  const { states, coverage } = profile;
  const total = MAC_STATES.reduce((sum, state) => sum + states[state], 0);
  const inScope = total - states['out-of-scope'];
  return (
    <Card
      title={`Certificates of ${profile.name}`}
      aside={
        coverage === null ? (
          'no Mac in scope'
        ) : (
          <span title="Share of the Macs in scope of which something can be said.">
            {percent(coverage)} covered, {inScope.toLocaleString()} in scope
          </span>
        )
      }
    >
      <Shares
        shares={BAR_ORDER.map((state) => ({
          key: state,
          ...macLook[state],
          count: states[state],
          to: link(state),
        }))}
      />
    </Card>
  );
}

/** Never rounded up to 100 %: the one Mac that is missing is the point. */
function percent(share: number): string {
  return `${Math.floor(share * 1000) / 10} %`;
}
