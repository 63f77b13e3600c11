import { Button, NativeSelect } from '@mantine/core';
import { IconPlayerSkipForward, IconWebhookOff } from '@tabler/icons-react';
import { useId, useState } from 'react';
import { type EventFilter, useEvents } from '../api/events.js';
import { useInstance } from '../api/instance.js';
import { useMayAct } from '../api/session.js';
import { Ask, Search } from '../parts/ask.js';
import { Empty } from '../parts/empty.js';
import { Filters } from '../parts/filters.js';
import { Loaded } from '../parts/loaded.js';
import { More } from '../parts/more.js';
import { Page } from '../parts/page.js';
import panel from '../parts/card.module.css';
import { useAsked, useTyped } from '../parts/use-asked.js';
import classes from './events-page.module.css';
import { EventTable } from './event-table.js';
import { EVENTS, OUTCOMES, outcomeLook } from './outcomes.js';
import { ReplayAll } from './replay-all.js';

const HOUR_MS = 3_600_000;

/** How far back: what stands in the address, and what a person reads. */
const SPANS = [
  { value: '', label: 'All that is kept', ms: null },
  { value: '1h', label: 'The last hour', ms: HOUR_MS },
  { value: '24h', label: 'The last 24 hours', ms: 24 * HOUR_MS },
  { value: '7d', label: 'The last 7 days', ms: 7 * 24 * HOUR_MS },
] as const;

/** What Jamf Pro told of late, and having it told again. The filter stands in the address. */
export function EventsPage() {
  const { name: instance } = useInstance();
  const { params, change } = useAsked();
  const { text: mac, setText: setMac, settled } = useTyped('mac');
  const span = SPANS.find(({ value }) => value === params.get('span')) ?? SPANS[0];
  // Counted once when it is chosen: a filter that moves with the clock would never be read from the cache.
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
      under="The webhooks that Jamf Pro sent, newest first."
      aside={<All instance={instance} filter={filter} />}
    >
      <Ask>
        <Search label="Mac" placeholder="Serial number or id of a Mac" value={mac} change={setMac} />
        <NativeSelect
          aria-label="Kind of event"
          data={[{ value: '', label: 'All kinds' }, ...EVENTS.map((value) => ({ value, label: value }))]}
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
          label="What was done"
          states={OUTCOMES}
          looks={outcomeLook}
          chosen={OUTCOMES.find((one) => one === filter.outcome) ?? null}
          choose={(outcome) => change({ outcome })}
        />
      </Ask>
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
                title={query.hasNextPage ? 'Not among the events looked through so far' : 'No event matches'}
              >
                {query.hasNextPage
                  ? 'The log is searched piece by piece: show more to go on.'
                  : isWide(filter)
                    ? 'Jamf Pro has sent nothing yet: recert webhooks test waits for a delivery and says what is wrong.'
                    : 'The log keeps the latest events only. Choose fewer conditions to see the rest.'}
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

function isWide({ mac, event, outcome, since }: EventFilter): boolean {
  return mac === '' && event === null && outcome === null && since === null;
}

/** Replaying all that match: there must be something to match by. */
function All({ instance, filter }: { instance: string; filter: EventFilter }) {
  const mayAct = useMayAct();
  const explanation = useId();
  const [asking, setAsking] = useState(false);
  if (!mayAct) return null;
  const wide = isWide(filter);
  return (
    <>
      {wide && (
        <span id={explanation} className={classes.hint}>
          Choose by Mac, kind, outcome or time to replay all that match.
        </span>
      )}
      <Button
        variant="default"
        leftSection={<IconPlayerSkipForward size={16} stroke={1.8} aria-hidden />}
        disabled={wide}
        {...(wide ? { 'aria-describedby': explanation } : {})}
        onClick={() => setAsking(true)}
      >
        Replay all that match
      </Button>
      <ReplayAll opened={asking} instance={instance} filter={filter} close={() => setAsking(false)} />
    </>
  );
}
