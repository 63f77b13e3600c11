import type { InstanceOverview, Overview } from '../api/answers.js';
import { Card } from '../parts/card.js';
import { Facts } from '../parts/facts.js';
import { Time } from '../parts/time.js';
import { Sweep } from './sweep.js';

/** When something was last heard, and who is there to work on it. */
export function Signals({ instance, overview }: { instance: InstanceOverview; overview: Overview }) {
  const workers = overview.queues.map(({ workers: connected }) => connected);
  const least = Math.min(...workers);
  return (
    <Card title="Signs of life">
      <Facts
        facts={[
          ['Last webhook', <Time key="webhook" at={instance.lastWebhookAt} otherwise="none yet" />],
          ['Last sweep', <Time key="sweep" at={instance.lastSweepAt} otherwise="none yet" />],
          ['Macs known', instance.computers.known.toLocaleString()],
          ['Waiting for a look', instance.hints.toLocaleString()],
          ['Workers', least === 0 ? 'none' : String(least)],
          ['Jamf Pro', instance.url],
          ['Recert', overview.version],
        ]}
      />
      <Sweep instance={instance.name} />
    </Card>
  );
}
