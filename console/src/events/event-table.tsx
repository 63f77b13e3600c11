import { Button } from '@mantine/core';
import { Fragment, useState } from 'react';
import { Link } from 'wouter';
import type { EventSummary } from '../api/answers.js';
import { Pill } from '../components/status/pill.js';
import table from '../components/layout/table.module.css';
import { Time } from '../components/time/time.js';
import { EventBody } from './event-body.js';
import { lookOf } from './outcomes.js';

const COLUMNS = 5;

/** Table of received webhooks. One row at a time can be expanded to show the payload. */
export function EventTable({ events, instance }: { events: readonly EventSummary[]; instance: string }) {
  const [open, setOpen] = useState<string | null>(null);
  return (
    <table className={table.table}>
      <thead>
        <tr>
          <th scope="col">Event</th>
          <th scope="col">Mac</th>
          <th scope="col">Action</th>
          <th scope="col" className={table.wide}>
            Received
          </th>
          <th scope="col">
            <span className={table.hidden}>Payload</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {events.map((one) => (
          <Fragment key={one.id}>
            <tr>
              <td className={table.word}>
                {one.event}
                <div className={`${table.soft} ${table.narrow}`}>
                  <Time at={one.admittedAt} />
                </div>
                {one.replayOf !== null && <div className={table.soft}>replay</div>}
              </td>
              <td>
                {one.computerId === null ? (
                  '–'
                ) : (
                  <Link href={`/macs/${instance}/${one.computerId}`}>{one.computerId}</Link>
                )}
              </td>
              <td>
                <Pill
                  tone={lookOf(one.outcome).tone}
                  label={lookOf(one.outcome).label}
                  title={lookOf(one.outcome).meaning}
                />
              </td>
              <td className={`${table.wide} ${table.nowrap}`}>
                <Time at={one.admittedAt} />
              </td>
              <td className={table.end}>
                <Button
                  size="compact-xs"
                  variant="default"
                  aria-expanded={open === one.id}
                  aria-label={`${open === one.id ? 'Hide' : 'Show'} payload: ${one.event} ${one.id}`}
                  onClick={() => setOpen(open === one.id ? null : one.id)}
                >
                  {open === one.id ? 'Hide' : 'Show'}
                </Button>
              </td>
            </tr>
            {open === one.id && (
              <tr>
                <td colSpan={COLUMNS}>
                  <EventBody id={one.id} instance={instance} />
                </td>
              </tr>
            )}
          </Fragment>
        ))}
      </tbody>
    </table>
  );
}
