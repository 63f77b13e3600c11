import { IconCircleCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'wouter';
import type { BlockedGroup, Whom } from '../api/answers.js';
import { useFailures } from '../api/failures.js';
import { useInstance } from '../api/instance.js';
import { Card } from '../parts/card.js';
import { Empty } from '../parts/empty.js';
import { sentenceOf } from '../parts/instants.js';
import { Loaded } from '../parts/loaded.js';
import { Page } from '../parts/page.js';
import { Pill } from '../parts/pill.js';
import { Sentence } from '../parts/sentence.js';
import { blockLabel } from '../parts/states.js';
import table from '../parts/table.module.css';
import { Time } from '../parts/time.js';
import { RedistributeMany } from '../redistribute/many.js';
import { CauseCard } from './cause-card.js';
import classes from './failures-page.module.css';

/** What a person asked to try again. */
interface Asked {
  profile: string;
  title: string;
  whom: Whom;
}

/** What failed by cause, with the way to try again; and what is held back. */
export function FailuresPage() {
  const { name: instance } = useInstance();
  const query = useFailures(instance);
  // Here and not with the cause: what is tried again is no failure any more, and its card goes while the conversation is on.
  const [asked, setAsked] = useState<Asked>({ profile: '', title: '', whom: {} });
  const [asking, setAsking] = useState(false);
  return (
    <Page
      name="Failures"
      title="Failures"
      under="Many at once have most often one cause: mend it, try one of them, then the rest."
    >
      <Loaded query={query}>
        {({ groups, blocked, complete }) => (
          <div className={classes.page}>
            {groups.length === 0 ? (
              <Card title="Failed">
                <Empty icon={IconCircleCheck} title="Nothing has failed" tone="good">
                  A redistribution whose attempts are used up, or that tries again, would be here with its
                  cause and what to do.
                </Empty>
              </Card>
            ) : (
              groups.map((group) => (
                <CauseCard
                  key={group.id}
                  group={group}
                  instance={instance}
                  ask={(whom) => {
                    setAsked({ profile: group.profile, title: group.title, whom });
                    setAsking(true);
                  }}
                />
              ))
            )}
            <Blocked groups={blocked} />
            {!complete && (
              <p className={classes.note}>
                There are more than one answer looks through: the newest are shown.{' '}
                <Link href="/redistributions?state=needs-human">All that need a person</Link>
              </p>
            )}
          </div>
        )}
      </Loaded>
      <RedistributeMany
        opened={asking}
        instance={instance}
        profile={asked.profile}
        whom={asked.whom}
        words={`Failed before: ${asked.title.charAt(0).toLowerCase()}${asked.title.slice(1)}.`}
        close={() => setAsking(false)}
      />
    </Page>
  );
}

function Blocked({ groups }: { groups: readonly BlockedGroup[] }) {
  if (groups.length === 0) return null;
  return (
    <Card
      title="Held back"
      aside={<Link href="/redistributions?state=blocked">All that are blocked</Link>}
      flush
    >
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">Because</th>
            <th scope="col">Macs</th>
            <th scope="col" className={table.wide}>
              Longest since
            </th>
            <th scope="col" className={table.wide}>
              One of them says
            </th>
          </tr>
        </thead>
        <tbody>
          {groups.map(({ reason, count, text, oldestAt }) => (
            <tr key={reason}>
              <td>
                <Pill tone="held" label={blockLabel[reason]} />
              </td>
              <td>
                <Link href={`/macs?held=${reason}`}>{count.toLocaleString()}</Link>
              </td>
              <td className={`${table.wide} ${table.nowrap}`}>
                <Time at={oldestAt} />
              </td>
              <td className={`${table.wide} ${table.word}`}>
                <Sentence text={sentenceOf(text)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}
