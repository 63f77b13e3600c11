import { IconRadar } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { InstanceOverview, Overview } from '../api/answers.js';
import { useSweep } from '../api/control.js';
import { RefreshNow } from '../components/actions/refresh-now.js';
import { Card } from '../components/layout/card.js';
import { Facts } from '../components/layout/facts.js';
import { Time } from '../components/time/time.js';

/** Shows the status of the system: last contacts with Jamf Pro, assessment backlog, workers, versions. */
export function Signals({ instance, overview }: { instance: InstanceOverview; overview: Overview }) {
  const workers = overview.queues.map(({ workers: connected }) => connected);
  const fewestWorkers = Math.min(...workers);
  const sweep = useSweep(instance.name);
  return (
    <Card title="System status">
      <Facts
        facts={[
          ['Last webhook', <Time key="webhook" at={instance.lastWebhookAt} otherwise="none yet" />],
          ['Last sweep', <Time key="sweep" at={instance.lastSweepAt} otherwise="none yet" />],
          ['Longest exclusion', <LongestExclusion key="excluded" instance={instance} />],
          ['Known Macs', instance.computers.known.toLocaleString()],
          ['Assessment backlog', instance.hints.toLocaleString()],
          ['Workers', fewestWorkers === 0 ? 'none' : String(fewestWorkers)],
          ['Jamf Pro', instance.url],
          ['Recert', overview.version],
        ]}
      />
      <RefreshNow
        icon={IconRadar}
        label="Run sweep now"
        said="Sweep requested."
        work={sweep}
        ask={() => sweep.mutate('changed')}
      />
    </Card>
  );
}

/**
 * Shows the Mac that has been in an exclusion group for the longest time. A Mac in an exclusion group has no
 * certificate until Recert removes the Mac from the group.
 */
function LongestExclusion({ instance: { name, leases } }: { instance: InstanceOverview }) {
  const { count, late, oldest } = leases;
  if (oldest === null) return 'none';
  const { computer, since } = oldest;
  return (
    <>
      <Link href={`/macs/${name}/${computer.id}`}>{computer.name || computer.serialNumber}</Link>,{' '}
      <Time at={since} />
      {count > 1 && ` (${count.toLocaleString()} in total)`}
      {late > 0 && <b>; {late.toLocaleString()} cannot be restored</b>}
    </>
  );
}
