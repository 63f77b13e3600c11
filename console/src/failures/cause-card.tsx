import { Button } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useId, useState } from 'react';
import { Link } from 'wouter';
import type { FailureGroup, Whom } from '../api/answers.js';
import { useMayAct } from '../api/session.js';
import { Card } from '../components/layout/card.js';
import { StatePill } from '../components/status/pill.js';
import { Sentence } from '../components/status/sentence.js';
import { Time } from '../components/time/time.js';
import classes from './failures-page.module.css';

const INITIAL_MACS = 6;

/** Shows one cause of failures: error message, fix, affected Macs, and the buttons to retry. */
export function CauseCard({
  group,
  instance,
  ask,
}: {
  group: FailureGroup;
  instance: string;
  /** Opens the dialog that redistributes to these Macs. */
  ask: (whom: Whom) => void;
}) {
  const { title, said, todo, waiting, retrying, latestAt, computers, profile } = group;
  const [all, setAll] = useState(false);
  const shown = all ? computers : computers.slice(0, INITIAL_MACS);
  return (
    <Card
      title={title}
      aside={
        <>
          {profile}, latest <Time at={latestAt} />
        </>
      }
    >
      {said !== '' && <p className={classes.said}>{said}</p>}
      <p className={classes.todo}>
        <b>How to fix: </b>
        <Sentence text={todo} />
      </p>
      <ul className={classes.macs}>
        {shown.map(({ id, name, serialNumber, redistributionId, state, since }) => (
          <li key={redistributionId}>
            <Link href={`/macs/${instance}/${id}`}>{name || serialNumber || `Mac ${id}`}</Link>
            <code>{serialNumber}</code>
            <StatePill state={state} />
            <Link href={`/redistributions/${redistributionId}`} className={classes.when}>
              <Time at={since} />
            </Link>
          </li>
        ))}
      </ul>
      {computers.length > INITIAL_MACS && (
        <Button size="compact-xs" variant="default" onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show all ${computers.length.toLocaleString()}`}
        </Button>
      )}
      <RetryButtons group={group} ask={ask} />
      <p className={classes.count}>
        {[
          ...(waiting > 0 ? [`${waiting.toLocaleString()} need attention`] : []),
          ...(retrying > 0 ? [`${retrying.toLocaleString()} retrying automatically`] : []),
        ].join(', ')}
      </p>
    </Card>
  );
}

/** Buttons that retry the redistributions of Macs without attempts left: a single Mac as a test, or all Macs. */
function RetryButtons({
  group: { id, waiting, computers },
  ask,
}: {
  group: FailureGroup;
  ask: (whom: Whom) => void;
}) {
  const mayAct = useMayAct();
  const explanation = useId();
  const first = computers.find(({ state }) => state === 'needs-human');
  const several = waiting > 1 && first !== undefined;
  if (waiting === 0) return null;
  return (
    <div className={classes.act}>
      {several && (
        <Button
          leftSection={<IconRefresh size={17} stroke={1.8} aria-hidden />}
          disabled={!mayAct}
          aria-describedby={explanation}
          onClick={() => ask({ computers: [{ id: first.id }] })}
        >
          Retry one first
        </Button>
      )}
      <Button
        variant={several ? 'default' : 'filled'}
        disabled={!mayAct}
        aria-describedby={explanation}
        onClick={() => ask({ filter: { failed: id } })}
      >
        {several ? 'Retry all' : 'Retry'}
      </Button>
      <span id={explanation} className={classes.count}>
        {mayAct
          ? 'Shows a preview before anything is changed.'
          : 'Your role is viewer. Redistributing requires the operator role.'}
      </span>
    </div>
  );
}
