import { Skeleton } from '@mantine/core';
import { Link } from 'wouter';
import { useRedistribution } from '../api/queries.js';
import { Failure } from '../parts/failure.js';
import { Page } from '../parts/page.js';
import { Story } from './story.js';

/** One redistribution, with everything that was seen and done. */
export function RedistributionPage({ id }: { id: string }) {
  const query = useRedistribution(id);
  if (query.isPending) return <Skeleton height={320} role="status" aria-label="Loading" />;
  if (query.isLoadingError) return <Failure error={query.error} again={() => void query.refetch()} />;
  const { instance, computer, profile } = query.data;
  const mac = computer.name || computer.serialNumber || `Mac ${computer.id}`;
  return (
    <Page
      name={`Redistribution to ${mac}`}
      title={mac}
      under={[computer.username, computer.serialNumber].filter(Boolean).join(' · ')}
      aside={<Link href={`/macs/${instance}/${computer.id}`}>To the page of this Mac</Link>}
    >
      <Story redistribution={query.data} title={`Redistribution of ${profile}`} />
    </Page>
  );
}
