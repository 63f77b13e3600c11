import { Checkbox } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconZoomQuestion } from '@tabler/icons-react';
import { useState } from 'react';
import type { Setting, SettingsAnswer } from '../api/answers.js';
import { read } from '../api/client/request.js';
import { SearchForm, SearchField } from '../components/filters/search-form.js';
import { Card } from '../components/layout/card.js';
import { Empty } from '../components/feedback/empty.js';
import { Loaded } from '../components/feedback/loaded.js';
import { Page } from '../components/layout/page.js';
import { Sentence } from '../components/status/sentence.js';
import classes from './settings-page.module.css';

/**
 * Page with the effective configuration, which cannot be changed here. Recert reads the configuration file when it
 * starts.
 */
export function SettingsPage() {
  const query = useQuery({
    queryKey: ['settings'],
    queryFn: ({ signal }) => read<SettingsAnswer>('/settings', {}, signal),
    refetchInterval: false,
  });
  const [text, setText] = useState('');
  const [changedOnly, setChangedOnly] = useState(false);
  return (
    <Page
      name="Settings"
      title="Settings"
      under="Effective configuration, with secrets hidden. To change it, edit the file in RECERT_CONFIG and restart Recert."
    >
      <Loaded query={query}>
        {({ settings }) => (
          <>
            <SearchForm>
              <SearchField
                label="Search settings"
                placeholder="Name, value or description"
                value={text}
                change={setText}
              />
              <Checkbox
                label="Show changed settings only"
                checked={changedOnly}
                onChange={(event) => setChangedOnly(event.currentTarget.checked)}
              />
            </SearchForm>
            <Groups
              settings={settings.filter((one) => (!changedOnly || !one.isDefault) && matches(one, text))}
            />
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
      <Empty icon={IconZoomQuestion} title="No settings match">
        Search covers name, value and description.
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

/**
 * Returns the group of a setting: `instances.<server>`, `instances.<server>.profiles.<profile>`, otherwise the
 * first part of the path.
 */
function groupOf(path: string): string {
  const deep = /^instances\.[^.]+(?:\.profiles\.[^.]+)?/u.exec(path)?.[0];
  if (deep !== undefined) return deep;
  return path.includes('.') || path.includes('[') ? (path.split(/[.[]/u)[0] ?? '') : '';
}
