import { IconRadar } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { InstanceOverview, Overview } from '../api/answers.js';
import { useSweep } from '../api/control.js';
import { AskNow } from '../parts/ask-now.js';
import { Card } from '../parts/card.js';
import { Facts } from '../parts/facts.js';
import { Time } from '../parts/time.js';

/** When something was last heard, and who is there to work on it. */
export function Signals({ instance, overview }: { instance: InstanceOverview; overview: Overview }) {
  const workers = overview.queues.map(({ workers: connected }) => connected);
  const least = Math.min(...workers);
  const sweep = useSweep(instance.name);
  return (
    <Card title="Signs of life">
      <Facts
        facts={[
          ['Last webhook', <Time key="webhook" at={instance.lastWebhookAt} otherwise="none yet" />],
          ['Last sweep', <Time key="sweep" at={instance.lastSweepAt} otherwise="none yet" />],
          ['Oldest excluded', <Excluded key="excluded" instance={instance} />],
          ['Macs known', instance.computers.known.toLocaleString()],
          ['Waiting for a look', instance.hints.toLocaleString()],
          ['Workers', least === 0 ? 'none' : String(least)],
          ['Jamf Pro', instance.url],
          ['Recert', overview.version],
        ]}
      />
      <AskNow
        icon={IconRadar}
        label="Look for changes now"
        said="Asked for."
        work={sweep}
        ask={() => sweep.mutate('changed')}
      />
    </Card>
  );
}

/** The Mac that is in an exclusion group for the longest time: until it is taken back it has no certificate. */
function Excluded({ instance: { name, leases } }: { instance: InstanceOverview }) {
  const { count, late, oldest } = leases;
  if (oldest === null) return 'no Mac is';
  const { computer, since } = oldest;
  return (
    <>
      <Link href={`/macs/${name}/${computer.id}`}>{computer.name || computer.serialNumber}</Link>,{' '}
      <Time at={since} />
      {count > 1 && ` (${count.toLocaleString()} in all)`}
      {late > 0 && <b>, cannot be taken back</b>}
    </>
  );
}
