import { IconCircleCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'wouter';
import type { BlockedGroup, Whom } from '../api/answers.js';
import { useFailures } from '../api/failures.js';
import { useInstance } from '../api/instance.js';
import { useOverview } from '../api/queries.js';
import { Card } from '../components/layout/card.js';
import { Empty } from '../components/feedback/empty.js';
import { sentenceOf } from '../components/time/instants.js';
import { Loaded } from '../components/feedback/loaded.js';
import { Page } from '../components/layout/page.js';
import { Pill } from '../components/status/pill.js';
import { Sentence } from '../components/status/sentence.js';
import { blockLabel } from '../components/status/states.js';
import table from '../components/layout/table.module.css';
import { Time } from '../components/time/time.js';
import { SafetyLimits } from '../overview/safety-limits.js';
import { RedistributeMany } from '../redistribute/many.js';
import { CauseCard } from './cause-card.js';
import classes from './failures-page.module.css';

/** What the redistribution dialog shows: profile, title and Macs. */
interface Asked {
  profile: string;
  title: string;
  whom: Whom;
}

/** Page of the failures: failed redistributions by cause with buttons to retry, and blocked redistributions by reason. */
export function FailuresPage() {
  const { name: instance } = useInstance();
  const query = useFailures(instance);
  const server = useOverview().data?.instances.find(({ name }) => name === instance);
  const isStopped =
    server !== undefined &&
    (server.paused !== null || server.profiles.some(({ breaker }) => breaker !== null));
  // The dialog is not part of the card of a cause. Macs that are retried no longer count as failures, so the card
  // can disappear while the dialog is open.
  const [asked, setAsked] = useState<Asked>({ profile: '', title: '', whom: {} });
  const [asking, setAsking] = useState(false);
  return (
    <Page
      name="Failures"
      title="Failures"
      under="Failures grouped by cause. Fix the cause, retry one Mac, then retry the rest."
    >
      <Loaded query={query}>
        {({ groups, blocked, complete }) => (
          <div className={classes.page}>
            {/* The circuit breaker counts failures of Macs that may be renewed by now, so the list can be empty. */}
            {isStopped && <SafetyLimits instance={server} />}
            {groups.length === 0 ? (
              <Card title="Failed">
                <Empty icon={IconCircleCheck} title="No failures" tone="good">
                  Redistributions that are retrying or have no attempts left appear here, with the cause and
                  the fix.
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
                Only the newest failures are shown.{' '}
                <Link href="/redistributions?state=needs-human">View all that need attention</Link>
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
        words={`Retry after: ${asked.title.charAt(0).toLowerCase()}${asked.title.slice(1)}.`}
        close={() => setAsking(false)}
      />
    </Page>
  );
}

function Blocked({ groups }: { groups: readonly BlockedGroup[] }) {
  if (groups.length === 0) return null;
  return (
    <Card title="Blocked" aside={<Link href="/redistributions?state=blocked">View all blocked</Link>} flush>
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">Reason</th>
            <th scope="col">Macs</th>
            <th scope="col" className={table.wide}>
              Oldest
            </th>
            <th scope="col" className={table.wide}>
              Example
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
