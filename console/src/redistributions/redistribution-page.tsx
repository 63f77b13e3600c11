import { Link } from 'wouter';
import { useRedistribution } from '../api/queries.js';
import { Loaded } from '../components/feedback/loaded.js';
import { Page } from '../components/layout/page.js';
import { Story } from './story.js';

/** Page of one redistribution with its full timeline. */
export function RedistributionPage({ id }: { id: string }) {
  const query = useRedistribution(id);
  return (
    <Loaded query={query}>
      {(data) => {
        const { instance, computer, profile } = data;
        const mac = computer.name || computer.serialNumber || `Mac ${computer.id}`;
        return (
          <Page
            name={`Redistribution to ${mac}`}
            title={mac}
            under={[computer.username, computer.serialNumber].filter(Boolean).join(' · ')}
            aside={
              <>
                <Link href={`/macs/${instance}/${computer.id}`}>View Mac</Link>
                {' · '}
                {/* This link opens bull-board, which is not part of the console application but uses the same session. */}
                <a href={`/queues/queue/redistribute/${encodeURIComponent(id)}`}>View queue job</a>
              </>
            }
          >
            <Story redistribution={data} title={`Redistribution (${profile})`} />
          </Page>
        );
      }}
    </Loaded>
  );
}
