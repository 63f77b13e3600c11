import { NativeSelect } from '@mantine/core';
import { IconClipboardOff } from '@tabler/icons-react';
import type { AuditEntry } from '../api/answers.js';
import { type AuditFilter, useAudit } from '../api/queries.js';
import { SearchForm, SearchField } from '../components/filters/search-form.js';
import panel from '../components/layout/card.module.css';
import { Empty } from '../components/feedback/empty.js';
import { Filters } from '../components/filters/filters.js';
import { Loaded } from '../components/feedback/loaded.js';
import { More } from '../components/layout/more.js';
import { Page } from '../components/layout/page.js';
import table from '../components/layout/table.module.css';
import { useSearch, useTypedText } from '../components/filters/use-search.js';
import { AuditRow } from './audit-row.js';
import { ACTIONS, actionLabel, OUTCOMES, outcomeLook } from './looks.js';

/** Page of the audit log: who did what and why, for how many Macs, with which result. */
export function AuditPage() {
  const { params, change } = useSearch();
  const { text, setText, settled } = useTypedText('text');
  const action = ACTIONS.find((one) => one === params.get('action')) ?? null;
  const outcome = OUTCOMES.find((one) => one === params.get('outcome')) ?? null;
  return (
    <Page
      name="Audit log"
      title="Audit log"
      under="Manual actions and sign-ins, newest first. Entries cannot be edited."
    >
      <SearchForm>
        <SearchField
          label="Search the audit log"
          placeholder="Search by person, ticket, serial number or result"
          value={text}
          change={setText}
        />
        <NativeSelect
          aria-label="Action"
          data={[
            { value: '', label: 'All actions' },
            ...ACTIONS.map((value) => ({ value, label: actionLabel[value] })),
          ]}
          value={action ?? ''}
          onChange={(event) => change({ action: event.currentTarget.value })}
        />
        <Filters
          label="Outcome"
          states={OUTCOMES}
          looks={outcomeLook}
          chosen={outcome}
          choose={(chosen) => change({ outcome: chosen })}
        />
      </SearchForm>
      <EntryList filter={{ text: settled, action, outcome }} />
    </Page>
  );
}

function EntryList({ filter }: { filter: AuditFilter }) {
  const audit = useAudit(filter);
  return (
    <Loaded query={audit}>
      {(data) => {
        const entries = data.pages.flatMap((page) => page.entries);
        return (
          <div className={panel.card}>
            {entries.length === 0 ? (
              <EmptyList filter={filter} hasMore={audit.hasNextPage} />
            ) : (
              <Entries entries={entries} />
            )}
            <More query={audit} />
          </div>
        );
      }}
    </Loaded>
  );
}

function Entries({ entries }: { entries: readonly AuditEntry[] }) {
  return (
    <table className={table.table}>
      <thead>
        <tr>
          <th scope="col">Time</th>
          <th scope="col">Who</th>
          <th scope="col">Action</th>
          <th scope="col" className={table.wide}>
            Reason
          </th>
          <th scope="col">Outcome</th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <AuditRow key={entry.id} entry={entry} />
        ))}
      </tbody>
    </table>
  );
}

function EmptyList({
  filter: { text, action, outcome },
  hasMore,
}: {
  filter: AuditFilter;
  hasMore: boolean;
}) {
  if (hasMore)
    return (
      <Empty icon={IconClipboardOff} title="No match in the entries searched so far">
        Searching in steps. Select Show more to continue.
      </Empty>
    );
  return text !== '' || action !== null || outcome !== null ? (
    <Empty icon={IconClipboardOff} title="No entries match">
      Search covers person, reason, serial numbers and result.
    </Empty>
  ) : (
    <Empty icon={IconClipboardOff} title="No entries yet">
      Every manual action is recorded here with its reason.
    </Empty>
  );
}
