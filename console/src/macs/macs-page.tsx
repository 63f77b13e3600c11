import { NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useSearchParams } from 'wouter';
import { useInstance } from '../api/instance.js';
import type { MacFilter } from '../api/macs.js';
import { useOverview } from '../api/queries.js';
import { Filters } from '../parts/filters.js';
import { MAC_STATES, macLook, unknownLabel } from '../parts/states.js';
import { Page } from '../parts/page.js';
import { ActionBar } from './action-bar.js';
import { MacList } from './mac-list.js';
import classes from './macs-page.module.css';
import { NOBODY } from './selection.js';

const TYPING_MS = 200;
const WITHIN_DAYS = [1, 3, 7, 14, 30, 60, 90];
const UNKNOWN = ['no-certificate', 'inventory-stale', 'never-reported', 'expiry-missing'] as const;

/** Finding Macs, and doing something with all of them. What is asked for stands in the address, so that it can be sent to a colleague. */
export function MacsPage() {
  const { name: instance } = useInstance();
  const profiles = useOverview().data?.instances.find((one) => one.name === instance)?.profiles ?? [];
  const [params, setParams] = useSearchParams();
  const [text, setText] = useState(params.get('text') ?? '');
  const [settled] = useDebouncedValue(text.trim(), TYPING_MS);
  const profile = profiles.find(({ name }) => name === params.get('profile')) ?? profiles[0];
  const filter: MacFilter = {
    instance,
    profile: profile?.name ?? null,
    text: settled,
    state: MAC_STATES.find((one) => one === params.get('state')) ?? null,
    unknown: UNKNOWN.find((one) => one === params.get('why')) ?? null,
    withinDays: WITHIN_DAYS.find((days) => String(days) === params.get('within')) ?? null,
  };
  // A selection belongs to what was asked for when it was made.
  const asked = JSON.stringify(filter);
  const [made, setMade] = useState({ asked, selection: NOBODY });
  const selection = made.asked === asked ? made.selection : NOBODY;

  const change = (changes: Readonly<Record<string, string | null>>) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        for (const [name, value] of Object.entries(changes))
          if (value === null || value === '') after.delete(name);
          else after.set(name, value);
        return after;
      },
      { replace: true },
    );
  useEffect(() => change({ text: settled }), [settled]);

  return (
    <Page name="Macs" title="Macs">
      <div className={classes.ask}>
        <TextInput
          aria-label="Find a Mac"
          placeholder="Serial number, name, user, email or id"
          type="search"
          autoFocus
          leftSection={<IconSearch size={17} stroke={1.7} aria-hidden />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          className={classes.search}
        />
        {profiles.length > 1 && (
          <NativeSelect
            aria-label="Profile"
            data={profiles.map(({ name }) => name)}
            value={profile?.name}
            onChange={(event) => change({ profile: event.currentTarget.value })}
          />
        )}
        <NativeSelect
          aria-label="Days left"
          data={[
            { value: '', label: 'Any days left' },
            ...WITHIN_DAYS.map((days) => ({
              value: String(days),
              label: `Ends within ${days} ${days === 1 ? 'day' : 'days'}`,
            })),
          ]}
          value={filter.withinDays === null ? '' : String(filter.withinDays)}
          onChange={(event) => change({ within: event.currentTarget.value })}
        />
        {filter.state === 'unknown' && (
          <NativeSelect
            aria-label="Reason"
            data={[
              { value: '', label: 'Any reason' },
              ...UNKNOWN.map((value) => ({ value, label: unknownLabel[value] })),
            ]}
            value={filter.unknown ?? ''}
            onChange={(event) => change({ why: event.currentTarget.value })}
          />
        )}
        <Filters
          label="State"
          states={MAC_STATES}
          looks={macLook}
          chosen={filter.state}
          counts={profile?.states}
          choose={(chosen) => change({ state: chosen, why: null })}
        />
      </div>
      <MacList
        filter={filter}
        selection={selection}
        choose={(chosen) => setMade({ asked, selection: chosen })}
      />
      <ActionBar
        filter={filter}
        selection={selection}
        choose={(chosen) => setMade({ asked, selection: chosen })}
      />
    </Page>
  );
}
