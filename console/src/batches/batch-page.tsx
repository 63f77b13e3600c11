import { IconRefresh } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { Batch } from '../api/answers.js';
import { useBatch } from '../api/batches.js';
import { useRedistributions } from '../api/queries.js';
import { Card } from '../parts/card.js';
import { Empty } from '../parts/empty.js';
import { Facts } from '../parts/facts.js';
import { exactly, spell } from '../parts/instants.js';
import { Loaded } from '../parts/loaded.js';
import { More } from '../parts/more.js';
import { Page } from '../parts/page.js';
import { Progress } from '../parts/progress.js';
import { type Share, Shares } from '../parts/shares.js';
import { STATES, stateLook } from '../parts/states.js';
import { Time } from '../parts/time.js';
import { useAsked } from '../parts/use-asked.js';
import { filterInWords, macs } from '../redistribute/in-words.js';
import { RedistributionTable } from '../redistributions/list.js';
import classes from './batches.module.css';
import { CancelBatch } from './cancel-batch.js';
import { inWords } from './state.js';

/** One request for many Macs: how far it is, what was refused, who wanted it and why, and what it opened. */
export function BatchPage({ id }: { id: string }) {
  const query = useBatch(id);
  return (
    <Loaded query={query}>
      {(batch) => (
        <Page
          name={`Request for ${macs(batch.total)}`}
          title={`Request for ${macs(batch.total)}`}
          under={batch.reason}
          aside={<Link href="/redistributions">All redistributions</Link>}
        >
          <div className={classes.page}>
            <HowFar batch={batch} />
            <Card title="The request">
              <Facts facts={factsOf(batch)} />
            </Card>
            <Opened batch={batch} />
          </div>
        </Page>
      )}
    </Loaded>
  );
}

function HowFar({ batch }: { batch: Batch }) {
  const { total, refused, refusals, ended, byState, cancelRequest } = batch;
  const failed = byState['needs-human'] ?? 0;
  return (
    <Card
      title="Progress"
      aside={
        <>
          asked for <Time at={batch.at} />
        </>
      }
    >
      <div className={classes.body}>
        <Progress share={(ended + refused) / Math.max(1, total)} says={inWords(batch)} />
        <Shares shares={sharesOf(batch)} />
        {cancelRequest && (
          <p>
            Cancelled by {cancelRequest.by}: {cancelRequest.reason}
            {!cancelRequest.opened && ' (what was open goes on)'}
          </p>
        )}
        {refusals.map(({ reason, count, sentence }) => (
          <p key={reason}>
            <b>{count.toLocaleString()} refused meanwhile.</b> {count > 1 && 'The first: '}
            {sentence}
          </p>
        ))}
        <div className={classes.head}>
          <span>
            {failed > 0 ? (
              <Link href="/failures">Why {failed.toLocaleString()} failed, and what to do</Link>
            ) : (
              'The service works on it: this page may be closed.'
            )}
          </span>
          <CancelBatch batch={batch} />
        </div>
      </div>
    </Card>
  );
}

/** What has become of all that were taken on: of those opened by state, what was refused, what is left. */
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
      meaning: 'Taken on, and refused when their turn came.',
    },
    {
      key: 'left',
      label: 'To be opened',
      tone: 'quiet',
      count: left,
      to: null,
      meaning: 'Their turn has not come.',
    },
    {
      key: 'dropped',
      label: 'Not opened',
      tone: 'quiet',
      count: dropped,
      to: null,
      meaning: 'The request was cancelled before their turn came.',
    },
  ];
  return [...states, ...others].filter(({ count }) => count > 0);
}

function factsOf({ by, at, reason, filter, profile, load }: Batch): (readonly [string, string])[] {
  return [
    ['By', by],
    ['When', exactly(at)],
    ['Reason', reason],
    ['Whom', filterInWords(filter)],
    ['Profile', profile ?? 'that of each Mac'],
    ...(load === null
      ? []
      : [
          [
            'Cost',
            `${load.issuances.toLocaleString()} certificates, at most ${load.calls.toLocaleString()} calls to Jamf Pro`,
          ] as const,
          [
            'Planned end',
            `about ${spell(load.durationMs)}: ${exactly(at + load.durationMs)}, if all Macs are in contact`,
          ] as const,
        ]),
  ];
}

function Opened({ batch: { id, instance } }: { batch: Batch }) {
  const { params, change } = useAsked();
  const state = STATES.find((one) => one === params.get('state')) ?? null;
  const query = useRedistributions(instance, { batch: id, state });
  return (
    <Card
      title={state === null ? 'Its redistributions' : `Its redistributions: ${stateLook[state].label}`}
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
              title={state === null ? 'None is opened yet' : 'None is in this state'}
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
