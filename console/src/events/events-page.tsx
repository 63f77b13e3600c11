import { Button, NativeSelect } from '@mantine/core';
import { IconPlayerSkipForward, IconWebhookOff } from '@tabler/icons-react';
import { useId, useState } from 'react';
import { type EventFilter, useEvents } from '../api/events.js';
import { useInstance } from '../api/instance.js';
import { useMayAct } from '../api/session.js';
import { SearchForm, SearchField } from '../components/filters/search-form.js';
import { Empty } from '../components/feedback/empty.js';
import { Filters } from '../components/filters/filters.js';
import { Loaded } from '../components/feedback/loaded.js';
import { More } from '../components/layout/more.js';
import { Page } from '../components/layout/page.js';
import { Sentence } from '../components/status/sentence.js';
import panel from '../components/layout/card.module.css';
import { useSearch, useTypedText } from '../components/filters/use-search.js';
import classes from './events-page.module.css';
import { EventTable } from './event-table.js';
import { EVENTS, OUTCOMES, outcomeLook } from './outcomes.js';
import { ReplayAll } from './replay-all.js';

const HOUR_MS = 3_600_000;

/** Periods that the time filter offers. `value` is the parameter in the address. */
const SPANS = [
  { value: '', label: 'Any time', ms: null },
  { value: '1h', label: 'The last hour', ms: HOUR_MS },
  { value: '24h', label: 'The last 24 hours', ms: 24 * HOUR_MS },
  { value: '7d', label: 'The last 7 days', ms: 7 * 24 * HOUR_MS },
] as const;

/** Page of the received webhooks, with filters and replay. The address stores the filters. */
export function EventsPage() {
  const { name: instance } = useInstance();
  const { params, change } = useSearch();
  const { text: mac, setText: setMac, settled } = useTypedText('mac');
  const span = SPANS.find(({ value }) => value === params.get('span')) ?? SPANS[0];
  // The time filter is relative to the time at which the page was opened. If it followed the clock, the query key
  // would change all the time, and the cache could not be used.
  const [openedAt] = useState(Date.now);
  const filter: EventFilter = {
    mac: settled,
    event: params.get('event'),
    outcome: OUTCOMES.find((one) => one === params.get('outcome')) ?? null,
    since: span.ms === null ? null : openedAt - span.ms,
    until: null,
  };
  return (
    <Page
      name="Events"
      title="Events"
      under="Webhooks received from Jamf Pro, newest first."
      aside={<ReplayAllButton instance={instance} filter={filter} />}
    >
      <SearchForm>
        <SearchField label="Mac" placeholder="Serial number or ID of a Mac" value={mac} change={setMac} />
        <NativeSelect
          aria-label="Event type"
          data={[{ value: '', label: 'All types' }, ...EVENTS.map((value) => ({ value, label: value }))]}
          value={filter.event ?? ''}
          onChange={(event) => change({ event: event.currentTarget.value })}
        />
        <NativeSelect
          aria-label="Time"
          data={SPANS.map(({ value, label }) => ({ value, label }))}
          value={span.value}
          onChange={(event) => change({ span: event.currentTarget.value })}
        />
        <Filters
          label="Action"
          states={OUTCOMES}
          looks={outcomeLook}
          chosen={OUTCOMES.find((one) => one === filter.outcome) ?? null}
          choose={(outcome) => change({ outcome })}
        />
      </SearchForm>
      <List instance={instance} filter={filter} />
    </Page>
  );
}

function List({ instance, filter }: { instance: string; filter: EventFilter }) {
  const query = useEvents(instance, filter);
  return (
    <Loaded query={query}>
      {(data) => {
        const events = data.pages.flatMap((page) => page.events);
        return (
          <div className={panel.card}>
            {events.length === 0 ? (
              <Empty
                icon={IconWebhookOff}
                title={query.hasNextPage ? 'No match in the events searched so far' : 'No events match'}
              >
                <Sentence text={emptyText(filter, query.hasNextPage)} />
              </Empty>
            ) : (
              <EventTable events={events} instance={instance} />
            )}
            <More query={query} />
          </div>
        );
      }}
    </Loaded>
  );
}

function emptyText(filter: EventFilter, hasMore: boolean): string {
  if (hasMore) return 'Searching in steps. Select Show more to continue.';
  return hasNoFilter(filter)
    ? 'No webhooks received yet: run `recert webhooks test` to wait for a delivery and find the cause.'
    : 'Only recent events are kept. Remove a filter to see more events.';
}

function hasNoFilter({ mac, event, outcome, since }: EventFilter): boolean {
  return mac === '' && event === null && outcome === null && since === null;
}

/** Button that replays all matching events. Disabled without a filter, so the whole log cannot be replayed by mistake. */
function ReplayAllButton({ instance, filter }: { instance: string; filter: EventFilter }) {
  const mayAct = useMayAct();
  const explanation = useId();
  const [asking, setAsking] = useState(false);
  if (!mayAct) return null;
  const unfiltered = hasNoFilter(filter);
  return (
    <>
      {unfiltered && (
        <span id={explanation} className={classes.hint}>
          Set a filter to replay all matching events.
        </span>
      )}
      <Button
        variant="default"
        leftSection={<IconPlayerSkipForward size={16} stroke={1.8} aria-hidden />}
        disabled={unfiltered}
        {...(unfiltered ? { 'aria-describedby': explanation } : {})}
        onClick={() => setAsking(true)}
      >
        Replay all matching
      </Button>
      <ReplayAll opened={asking} instance={instance} filter={filter} close={() => setAsking(false)} />
    </>
  );
}
