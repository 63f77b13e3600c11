import { NativeSelect } from '@mantine/core';
import { IconClipboardOff } from '@tabler/icons-react';
import type { AuditEntry } from '../api/answers.js';
import { type AuditFilter, useAudit } from '../api/queries.js';
import { Ask, Search } from '../parts/ask.js';
import panel from '../parts/card.module.css';
import { Empty } from '../parts/empty.js';
import { Filters } from '../parts/filters.js';
import { Loaded } from '../parts/loaded.js';
import { More } from '../parts/more.js';
import { Page } from '../parts/page.js';
import table from '../parts/table.module.css';
import { useAsked, useTyped } from '../parts/use-asked.js';
import { AuditRow } from './audit-row.js';
import { ACTIONS, actionLabel, OUTCOMES, outcomeLook } from './looks.js';

/** What people did: who, what, why, on how many Macs, what came of it. */
export function AuditPage() {
  const { params, change } = useAsked();
  const { text, setText, settled } = useTyped('text');
  const action = ACTIONS.find((one) => one === params.get('action')) ?? null;
  const outcome = OUTCOMES.find((one) => one === params.get('outcome')) ?? null;
  return (
    <Page
      name="Audit"
      title="Audit"
      under="What people did and why, newest first. Nobody can change it here."
    >
      <Ask>
        <Search
          label="Find in the audit trail"
          placeholder="Who, ticket, serial number, what came of it"
          value={text}
          change={setText}
        />
        <NativeSelect
          aria-label="What was done"
          data={[
            { value: '', label: 'Everything' },
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
      </Ask>
      <Trail filter={{ text: settled, action, outcome }} />
    </Page>
  );
}

function Trail({ filter }: { filter: AuditFilter }) {
  const audit = useAudit(filter);
  return (
    <Loaded query={audit}>
      {(data) => {
        const entries = data.pages.flatMap((page) => page.entries);
        return (
          <div className={panel.card}>
            {entries.length === 0 ? (
              <None filter={filter} goesOn={audit.hasNextPage} />
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
          <th scope="col">When</th>
          <th scope="col">Who</th>
          <th scope="col">What</th>
          <th scope="col" className={table.wide}>
            Why
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

function None({ filter: { text, action, outcome }, goesOn }: { filter: AuditFilter; goesOn: boolean }) {
  if (goesOn)
    return (
      <Empty icon={IconClipboardOff} title="Not among the entries looked through so far">
        The trail is searched piece by piece: show more to go on.
      </Empty>
    );
  return text !== '' || action !== null || outcome !== null ? (
    <Empty icon={IconClipboardOff} title="No entry matches">
      Parts of the name, the reason, the serial numbers and what came of it are looked for.
    </Empty>
  ) : (
    <Empty icon={IconClipboardOff} title="Nobody has done anything yet">
      Whatever a person does is kept here, with the reason they gave.
    </Empty>
  );
}
