import {
  IconBuildingBroadcastTower,
  IconRefresh,
  IconTransfer,
  IconUser,
  type Icon,
} from '@tabler/icons-react';
import { useQueries } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import type { ComputerDetail, RedistributionDetail } from '../api/answers.js';
import { read } from '../api/client/request.js';
import { useEvents } from '../api/events.js';
import { useAudit, useRedistributions } from '../api/queries.js';
import { Card } from '../components/layout/card.js';
import { Empty } from '../components/feedback/empty.js';
import { Evidence } from '../components/status/evidence.js';
import { Filters } from '../components/filters/filters.js';
import type { Look } from '../components/status/states.js';
import { Time } from '../components/time/time.js';
import { chronicleOf, type Happening, type Kind, KINDS } from './chronicle.js';
import classes from './chronicle-card.module.css';

/**
 * Maximum number of redistributions whose changes of state are listed, newest first. Another table lists the older
 * redistributions.
 */
const MAX_REDISTRIBUTIONS = 5;
const INITIAL_ENTRIES = 40;

const SIGNS: Record<Kind, Icon> = {
  webhook: IconBuildingBroadcastTower,
  redistribution: IconRefresh,
  call: IconTransfer,
  person: IconUser,
};
const LOOKS: Record<Kind, Look> = {
  webhook: { label: 'Webhooks', tone: 'good', meaning: 'Webhooks from Jamf Pro about this Mac.' },
  redistribution: {
    label: 'Decisions',
    tone: 'move',
    meaning: 'Assessments and state changes, with the reason.',
  },
  call: { label: 'Calls', tone: 'soon', meaning: 'Jamf Pro API calls, and the responses of the Mac.' },
  person: { label: 'People', tone: 'held', meaning: 'Actions of users.' },
};

/** Shows the activity of a Mac, newest first: webhooks, decisions with evidence, Jamf Pro calls, actions of users. */
export function ChronicleCard({ mac }: { mac: ComputerDetail }) {
  const [kind, setKind] = useState<Kind | null>(null);
  const [all, setAll] = useState(false);
  const happenings = useChronicle(mac).filter((one) => kind === null || one.kind === kind);
  const shown = all ? happenings : happenings.slice(0, INITIAL_ENTRIES);
  return (
    <Card title="Activity" aside={<Link href={`/events?mac=${mac.id}`}>View webhooks</Link>}>
      <Filters label="Kind" states={KINDS} looks={LOOKS} chosen={kind} choose={setKind} />
      {shown.length === 0 ? (
        <Empty icon={IconRefresh} title="No activity yet">
          Webhooks, decisions and manual actions for this Mac appear here.
        </Empty>
      ) : (
        <ol className={classes.chronicle} aria-label="Activity, newest first">
          {shown.map((one) => (
            <Entry key={one.key} happening={one} />
          ))}
        </ol>
      )}
      {happenings.length > INITIAL_ENTRIES && (
        <button type="button" className={classes.more} onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show all ${happenings.length.toLocaleString()}`}
        </button>
      )}
    </Card>
  );
}

function Entry({
  happening: { kind, at, tone, what, more, evidence, href, times },
}: {
  happening: Happening;
}) {
  const Sign = SIGNS[kind];
  return (
    <li>
      <span className={classes.sign} data-tone={tone} title={LOOKS[kind].label}>
        <Sign size={14} stroke={1.8} aria-label={LOOKS[kind].label} />
      </span>
      <div className={classes.what}>
        {href === null ? what : <Link href={href}>{what}</Link>}
        {times > 1 && <span className={classes.times}> × {times.toLocaleString()}</span>}
        {more !== '' && <span className={classes.rest}>{more}</span>}
        <Evidence evidence={evidence} />
      </div>
      <span className={classes.when}>
        <Time at={at} />
      </span>
    </li>
  );
}

function useChronicle(mac: ComputerDetail): readonly Happening[] {
  const nothing = { event: null, outcome: null, since: null, until: null };
  const events = useEvents(mac.instance, { ...nothing, mac: mac.id });
  const list = useRedistributions(mac.instance, { computerId: mac.id });
  const redistributions = (list.data?.pages[0]?.redistributions ?? []).slice(0, MAX_REDISTRIBUTIONS);
  const details = useQueries({
    queries: redistributions.map(({ id }) => ({
      queryKey: ['redistribution', id],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        read<RedistributionDetail>(`/redistributions/${encodeURIComponent(id)}`, {}, signal),
    })),
    combine: (results) => results.flatMap(({ data }) => data ?? []),
  });
  const named = [mac.serialNumber, mac.id, ...redistributions.map(({ id }) => id)].filter(Boolean);
  const audit = useAudit({ subject: named.join(',') });
  return chronicleOf({
    events: (events.data?.pages ?? []).flatMap((page) => page.events),
    redistributions: details,
    audit: (audit.data?.pages ?? []).flatMap(({ entries }) => entries),
  });
}
