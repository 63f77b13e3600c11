import type { InstanceOverview } from '../api/answers.js';
import { Card } from '../components/layout/card.js';
import { Shares } from '../components/charts/shares.js';
import { MAC_STATES, macLook } from '../components/status/states.js';

type ProfileOverview = InstanceOverview['profiles'][number];

/** From good to bad, so that all problems are at one end of the bar. */
const BAR_ORDER = ['healthy', 'unknown', 'due', 'overdue', 'expired', 'out-of-scope'] as const;

/** Certificates of one monitored profile by state: a bar of shares, and counts as links to the Macs. */
export function Fleet({ profile, link }: { profile: ProfileOverview; link: (state: string) => string }) {
  const { states, coverage } = profile;
  const total = MAC_STATES.reduce((sum, state) => sum + states[state], 0);
  const inScope = total - states['out-of-scope'];
  return (
    <Card
      title={`Certificates (${profile.name})`}
      aside={
        coverage === null ? (
          'no Macs in scope'
        ) : (
          <span title="Share of Macs in scope whose certificate status is known.">
            status known for {percent(coverage)}, {inScope.toLocaleString()} in scope
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

/** Rounded down, so that it shows 100 % only when no Mac is missing. */
function percent(share: number): string {
  return `${Math.floor(share * 1000) / 10} %`;
}
