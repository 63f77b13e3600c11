import { Text } from '@mantine/core';
import type { InstanceOverview } from '../api/answers.js';
import { Card } from '../components/layout/card.js';
import { Shares } from '../components/charts/shares.js';
import { MAC_STATES, macLook } from '../components/status/states.js';

type ProfileOverview = InstanceOverview['profiles'][number];

/** Order of the states in the bar, from good to bad, so all problems are at one end. */
const BAR_ORDER = ['healthy', 'unknown', 'due', 'overdue', 'expired', 'out-of-scope'] as const;

/** Shows the certificates of one watched profile by state: as a bar, and as counts that are links to the Macs. */
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
      {profile.additions && profile.additions.length > 0 && (
        <Text size="sm" c="dimmed" mt="sm">
          Renewed by {profile.mechanisms?.join(', ')}. {profile.additions.join(' ').replaceAll('`', '')}
        </Text>
      )}
    </Card>
  );
}

/** Formats a share as a percentage, rounded down, so that 100 % is shown only when no Mac is missing. */
function percent(share: number): string {
  return `${Math.floor(share * 1000) / 10} %`;
}
