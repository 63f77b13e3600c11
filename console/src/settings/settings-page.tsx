import { Checkbox } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconZoomQuestion } from '@tabler/icons-react';
import { useState } from 'react';
import type { Setting, SettingsAnswer } from '../api/answers.js';
import { read } from '../api/ask.js';
import { Ask, Search } from '../parts/ask.js';
import { Card } from '../parts/card.js';
import { Empty } from '../parts/empty.js';
import { Loaded } from '../parts/loaded.js';
import { Page } from '../parts/page.js';
import { Sentence } from '../parts/sentence.js';
import classes from './settings-page.module.css';

/** The configuration in force. It is changed in the file, and read when Recert starts. */
export function SettingsPage() {
  const query = useQuery({
    queryKey: ['settings'],
    queryFn: ({ signal }) => read<SettingsAnswer>('/settings', {}, signal),
    refetchInterval: false,
  });
  const [text, setText] = useState('');
  const [own, setOwn] = useState(false);
  return (
    <Page
      name="Settings"
      title="Settings"
      under="What is in force, secrets hidden. It is changed in the file that RECERT_CONFIG names."
    >
      <Loaded query={query}>
        {({ settings }) => (
          <>
            <Ask>
              <Search
                label="Find a setting"
                placeholder="Name, value or meaning"
                value={text}
                change={setText}
              />
              <Checkbox
                label="Only what differs from the default"
                checked={own}
                onChange={(event) => setOwn(event.currentTarget.checked)}
              />
            </Ask>
            <Groups settings={settings.filter((one) => (!own || !one.isDefault) && matches(one, text))} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Groups({ settings }: { settings: readonly Setting[] }) {
  const groups = new Map<string, Setting[]>();
  for (const setting of settings) {
    const group = groupOf(setting.path);
    groups.set(group, [...(groups.get(group) ?? []), setting]);
  }
  if (groups.size === 0)
    return (
      <Empty icon={IconZoomQuestion} title="No setting matches">
        Parts of its name, its value and its meaning are looked for.
      </Empty>
    );
  return (
    <div className={classes.groups}>
      {[...groups].map(([group, members]) => (
        <Card key={group} title={group || 'General'} flush>
          <dl className={classes.settings}>
            {members.map(({ path, value, description, isDefault }) => (
              <div key={path} className={classes.setting}>
                <dt>
                  <code>{group === '' ? path : path.slice(group.length).replace(/^\./u, '')}</code>
                </dt>
                <dd>
                  <code className={classes.value} data-own={!isDefault}>
                    {value === '' ? 'empty' : value}
                  </code>
                  {isDefault && <span className={classes.default}> default</span>}
                  <p>
                    <Sentence text={description} />
                  </p>
                </dd>
              </div>
            ))}
          </dl>
        </Card>
      ))}
    </div>
  );
}

function matches({ path, value, description }: Setting, text: string): boolean {
  const wanted = text.trim().toLowerCase();
  return [path, value, description].some((part) => part.toLowerCase().includes(wanted));
}

/** A server and a profile of it are groups of their own; else the first name. */
function groupOf(path: string): string {
  const deep = /^instances\.[^.]+(?:\.profiles\.[^.]+)?/u.exec(path)?.[0];
  if (deep !== undefined) return deep;
  return path.includes('.') || path.includes('[') ? (path.split(/[.[]/u)[0] ?? '') : '';
}
