import { IconRefresh } from '@tabler/icons-react';
import { Link } from 'wouter';
import { useRedistributions } from '../api/queries.js';
import { Card } from '../components/layout/card.js';
import { Empty } from '../components/feedback/empty.js';
import { Failure } from '../components/feedback/failure.js';
import { Loading } from '../components/feedback/loading.js';
import { RedistributionTable } from './list.js';

const SHOWN = 8;

/** Card with the latest redistributions, for the overview. */
export function RecentRedistributions({ instance }: { instance: string }) {
  const recent = useRedistributions(instance, { limit: SHOWN });
  const shown = recent.data?.pages[0]?.redistributions ?? [];
  return (
    <Card title="Latest redistributions" aside={<Link href="/redistributions">View all</Link>} flush>
      {recent.isPending ? (
        <Loading height={200} />
      ) : recent.isLoadingError ? (
        <Failure error={recent.error} />
      ) : shown.length === 0 ? (
        <Empty icon={IconRefresh} title="No renewals yet">
          Renewals start automatically when a certificate is due. You can also start one from a Mac’s page.
        </Empty>
      ) : (
        <RedistributionTable redistributions={shown} />
      )}
    </Card>
  );
}
