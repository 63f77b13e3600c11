import { NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useSearchParams } from 'wouter';
import { useInstance } from '../api/instance.js';
import { useMacs, useOverview } from '../api/queries.js';
import { Filters } from '../parts/filters.js';
import { MAC_STATES, macLook } from '../parts/states.js';
import { Page } from '../parts/page.js';
import { MacList } from './mac-list.js';
import classes from './macs-page.module.css';

const TYPING_MS = 200;

/** Finding a Mac. What is asked for stands in the address, so that it can be sent to a colleague. */
export function MacsPage() {
  const { name: instance } = useInstance();
  const profiles = useOverview().data?.instances.find((one) => one.name === instance)?.profiles ?? [];
  const [params, setParams] = useSearchParams();
  const [text, setText] = useState(params.get('text') ?? '');
  const [settled] = useDebouncedValue(text.trim(), TYPING_MS);
  const state = MAC_STATES.find((one) => one === params.get('state')) ?? null;
  const profile = profiles.find(({ name }) => name === params.get('profile')) ?? profiles[0];
  const macs = useMacs({ instance, text: settled, state, profile: profile?.name ?? null });

  const change = (name: string, value: string | null) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        if (value === null || value === '') after.delete(name);
        else after.set(name, value);
        return after;
      },
      { replace: true },
    );
  useEffect(() => change('text', settled), [settled]);

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
            onChange={(event) => change('profile', event.currentTarget.value)}
          />
        )}
        <Filters
          label="State"
          states={MAC_STATES}
          looks={macLook}
          chosen={state}
          counts={profile?.states}
          choose={(chosen) => change('state', chosen)}
        />
      </div>
      <MacList macs={macs} asked={{ text: settled, state }} />
    </Page>
  );
}
