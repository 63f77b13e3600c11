import { Link } from 'wouter';
import { useRedistribution } from '../api/queries.js';
import { Loaded } from '../parts/loaded.js';
import { Page } from '../parts/page.js';
import { Story } from './story.js';

/** One redistribution, with everything that was seen and done. */
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
                <Link href={`/macs/${instance}/${computer.id}`}>To the page of this Mac</Link>
                {' · '}
                {/* Not a page of ours: bull-board, under the same login. */}
                <a href={`/queues/queue/redistribute/${encodeURIComponent(id)}`}>Its job in the queues</a>
              </>
            }
          >
            <Story redistribution={data} title={`Redistribution of ${profile}`} />
          </Page>
        );
      }}
    </Loaded>
  );
}
