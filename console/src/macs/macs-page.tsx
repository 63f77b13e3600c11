import { NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { useInstance } from '../api/instance.js';
import { type MacFilter, SORTS, useFirstMac } from '../api/macs.js';
import { useOverview } from '../api/queries.js';
import { SearchForm, SearchField } from '../components/filters/search-form.js';
import { Filters } from '../components/filters/filters.js';
import { BLOCK_REASONS, blockLabel, MAC_STATES, macLook, unknownLabel } from '../components/status/states.js';
import { Page } from '../components/layout/page.js';
import { useSearch, useTypedText } from '../components/filters/use-search.js';
import { ActionBar } from './list/action-bar.js';
import { MacList } from './list/mac-list.js';
import { NO_MACS } from './list/selection.js';

const WITHIN_DAYS = [1, 3, 7, 14, 30, 60, 90];
const UNKNOWN = ['no-certificate', 'inventory-stale', 'never-reported', 'expiry-missing'] as const;

/**
 * Page that searches and filters Macs, with actions for the selected Macs. The address stores the filters, so a
 * link shows the same list.
 */
export function MacsPage() {
  const { name: instance } = useInstance();
  const profiles = useOverview().data?.instances.find((one) => one.name === instance)?.profiles ?? [];
  const { params, change } = useSearch();
  const { text, setText, settled } = useTypedText('text');
  const [, go] = useLocation();
  const profile = profiles.find(({ name }) => name === params.get('profile')) ?? profiles[0];
  const filter = { instance, profile: profile?.name ?? null, text: settled, ...filterFrom(params) };
  const firstFound = useFirstMac(filter);
  // A selection is valid only for the filters with which it was made. Sorting does not change the selection.
  const asked = JSON.stringify({ ...filter, sort: null });
  const [made, setMade] = useState({ asked, selection: NO_MACS });
  const selection = made.asked === asked ? made.selection : NO_MACS;

  /**
   * Applies a selection in the reason filter. A reason for a block excludes all other filters; a reason for an
   * unknown status implies the state unknown.
   */
  const applyReason = (reason: string) => {
    const nothing = { held: null, why: null, state: null };
    if (!reason.startsWith('held ')) {
      change({ ...nothing, ...(reason === '' ? {} : { why: reason, state: 'unknown' }) });
      return;
    }
    setText('');
    change({ ...nothing, text: null, within: null, sort: null, held: reason.slice('held '.length) });
  };
  return (
    <Page name="Macs" title="Macs">
      <SearchForm>
        <SearchField
          label="Find a Mac"
          placeholder="Serial number, name, user, email or ID"
          autoFocus
          value={text}
          change={(typed) => {
            if (filter.blocked !== null) change({ held: null });
            setText(typed);
          }}
          enter={() => {
            const first = settled !== '' && text.trim() === settled ? firstFound() : null;
            if (first) go(`/macs/${instance}/${first.id}`);
          }}
        />
        {profiles.length > 1 && (
          <NativeSelect
            aria-label="Profile"
            data={profiles.map(({ name }) => name)}
            value={profile?.name}
            onChange={(event) => change({ profile: event.currentTarget.value })}
          />
        )}
        <ExpirySelect days={filter.withinDays} choose={(within) => change({ within, held: null })} />
        <ReasonSelect filter={filter} choose={applyReason} />
        <Filters
          label="State"
          states={MAC_STATES}
          looks={macLook}
          chosen={filter.state}
          counts={profile?.states}
          choose={(chosen) => change({ state: chosen, why: null, held: null })}
        />
      </SearchForm>
      <MacList
        filter={filter}
        selection={selection}
        choose={(chosen) => setMade({ asked, selection: chosen })}
        sort={(sort) => change({ sort })}
      />
      <ActionBar
        filter={filter}
        selection={selection}
        choose={(chosen) => setMade({ asked, selection: chosen })}
      />
    </Page>
  );
}

/** Reads the filters from the address. A value that this version does not know is ignored. */
function filterFrom(params: URLSearchParams): Omit<MacFilter, 'instance' | 'profile' | 'text'> {
  return {
    state: MAC_STATES.find((one) => one === params.get('state')) ?? null,
    blocked: BLOCK_REASONS.find((one) => one === params.get('held')) ?? null,
    unknown: UNKNOWN.find((one) => one === params.get('why')) ?? null,
    withinDays: WITHIN_DAYS.find((days) => String(days) === params.get('within')) ?? null,
    sort: SORTS.find((one) => one === params.get('sort')) ?? null,
  };
}

function ExpirySelect({ days, choose }: { days: number | null; choose: (days: string) => void }) {
  return (
    <NativeSelect
      aria-label="Expiry"
      data={[
        { value: '', label: 'Any expiry' },
        ...WITHIN_DAYS.map((within) => ({
          value: String(within),
          label: `Expires within ${within} ${within === 1 ? 'day' : 'days'}`,
        })),
      ]}
      value={days === null ? '' : String(days)}
      onChange={(event) => choose(event.currentTarget.value)}
    />
  );
}

/**
 * Select box for the reason. The value of a reason for a block starts with `held `, so it cannot be confused with
 * a reason for an unknown status.
 */
function ReasonSelect({
  filter,
  choose,
}: {
  filter: Pick<MacFilter, 'blocked' | 'unknown'>;
  choose: (reason: string) => void;
}) {
  return (
    <NativeSelect
      aria-label="Cause"
      data={[
        { value: '', label: 'Any reason' },
        { group: 'Status unknown', items: UNKNOWN.map((value) => ({ value, label: unknownLabel[value] })) },
        {
          group: 'Blocked',
          items: BLOCK_REASONS.map((value) => ({ value: `held ${value}`, label: blockLabel[value] })),
        },
      ]}
      value={filter.blocked === null ? (filter.unknown ?? '') : `held ${filter.blocked}`}
      onChange={(event) => choose(event.currentTarget.value)}
    />
  );
}
