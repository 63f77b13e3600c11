import { IconRefresh } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { Batch } from '../api/answers.js';
import { useBatch } from '../api/batches.js';
import { useRedistributions } from '../api/queries.js';
import { Card } from '../components/layout/card.js';
import { Empty } from '../components/feedback/empty.js';
import { Facts } from '../components/layout/facts.js';
import { exactly, spell } from '../components/time/instants.js';
import { Loaded } from '../components/feedback/loaded.js';
import { More } from '../components/layout/more.js';
import { Page } from '../components/layout/page.js';
import { Progress } from '../components/feedback/progress.js';
import { Sentence } from '../components/status/sentence.js';
import { type Share, Shares } from '../components/charts/shares.js';
import { STATES, stateLook } from '../components/status/states.js';
import { Time } from '../components/time/time.js';
import { useSearch } from '../components/filters/use-search.js';
import { filterInWords, macs } from '../redistribute/in-words.js';
import { RedistributionTable } from '../redistributions/list.js';
import classes from './batches.module.css';
import { CancelBatch } from './cancel-batch.js';
import { inWords } from './state.js';

/** Page of one batch: progress, refused Macs, user and reason, redistributions. */
export function BatchPage({ id }: { id: string }) {
  const query = useBatch(id);
  return (
    <Loaded query={query}>
      {(batch) => (
        <Page
          name={`Batch of ${macs(batch.total)}`}
          title={`Batch of ${macs(batch.total)}`}
          under={batch.reason}
          aside={<Link href="/redistributions">View all redistributions</Link>}
        >
          <div className={classes.page}>
            <ProgressCard batch={batch} />
            <Card title="Details">
              <Facts facts={factsOf(batch)} />
            </Card>
            <RedistributionsCard batch={batch} />
          </div>
        </Page>
      )}
    </Loaded>
  );
}

function ProgressCard({ batch }: { batch: Batch }) {
  const { total, refused, refusals, ended, byState, cancelRequest } = batch;
  const failed = byState['needs-human'] ?? 0;
  return (
    <Card
      title="Progress"
      aside={
        <>
          requested <Time at={batch.at} />
        </>
      }
    >
      <div className={classes.body}>
        <Progress share={(ended + refused) / Math.max(1, total)} says={inWords(batch)} />
        <Shares shares={sharesOf(batch)} />
        {cancelRequest && (
          <p>
            Canceled by {cancelRequest.by}: {cancelRequest.reason}
            {!cancelRequest.opened && '  (renewals already started continue)'}
          </p>
        )}
        {refusals.map(({ reason, count, sentence }) => (
          <p key={reason}>
            <b>{count.toLocaleString()} refused since.</b> {count > 1 && 'Example: '}
            <Sentence text={sentence} />
          </p>
        ))}
        <div className={classes.head}>
          <span>
            {failed > 0 ? (
              <Link href="/failures">View causes of {failed.toLocaleString()} failures</Link>
            ) : (
              'Recert processes the batch in the background. You can close this page.'
            )}
          </span>
          <CancelBatch batch={batch} />
        </div>
      </div>
    </Card>
  );
}

/**
 * Returns the parts of the batch for the bar: redistributions by state, refused Macs, Macs that are not processed
 * yet, and Macs that were skipped because the batch was canceled.
 */
function sharesOf({ id, byState, refused, left, total, opened }: Batch): Share[] {
  const dropped = Math.max(0, total - opened - refused - left);
  const states = STATES.toReversed().map((state) => ({
    key: state,
    ...stateLook[state],
    count: byState[state] ?? 0,
    to: `/redistributions/batches/${id}?state=${state}`,
  }));
  const others: Share[] = [
    {
      key: 'refused',
      label: 'Refused',
      tone: 'late',
      count: refused,
      to: null,
      meaning:
        'Accepted when the batch was requested, but refused when Recert tried to open the redistribution.',
    },
    { key: 'left', label: 'Pending', tone: 'quiet', count: left, to: null, meaning: 'Not processed yet.' },
    {
      key: 'dropped',
      label: 'Not started',
      tone: 'quiet',
      count: dropped,
      to: null,
      meaning: 'The batch was canceled before these Macs were processed.',
    },
  ];
  return [...states, ...others].filter(({ count }) => count > 0);
}

function factsOf({ by, at, reason, filter, profile, load }: Batch): (readonly [string, string])[] {
  return [
    ['Requested by', by],
    ['Requested at', exactly(at)],
    ['Reason', reason],
    ['Selection', filterInWords(filter)],
    ['Profile', profile ?? 'the profile that applies to each Mac'],
    ...(load === null
      ? []
      : [
          [
            'Load',
            `${load.issuances.toLocaleString()} certificates, at most ${load.calls.toLocaleString()} Jamf Pro API calls`,
          ] as const,
          [
            'Estimated completion',
            `about ${spell(load.durationMs)}: ${exactly(at + load.durationMs)}, if all Macs are online`,
          ] as const,
        ]),
  ];
}

function RedistributionsCard({ batch: { id, instance } }: { batch: Batch }) {
  const { params, change } = useSearch();
  const state = STATES.find((one) => one === params.get('state')) ?? null;
  const query = useRedistributions(instance, { batch: id, state });
  return (
    <Card
      title={
        state === null
          ? 'Redistributions in this batch'
          : `Redistributions in this batch: ${stateLook[state].label}`
      }
      aside={
        state !== null && (
          <button type="button" onClick={() => change({ state: null })}>
            Show all
          </button>
        )
      }
      flush
    >
      <Loaded query={query} height={200}>
        {({ pages }) => {
          const found = pages.flatMap(({ redistributions }) => redistributions);
          return found.length === 0 ? (
            <Empty
              icon={IconRefresh}
              title={state === null ? 'None started yet' : 'No redistributions in this state'}
            />
          ) : (
            <RedistributionTable redistributions={found} />
          );
        }}
      </Loaded>
      <More query={query} />
    </Card>
  );
}
