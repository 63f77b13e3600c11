import { Skeleton } from '@mantine/core';
import { IconDeviceLaptopOff, IconZoomQuestion } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { ComputerSummary, MacState } from '../api/answers.js';
import type { useMacs } from '../api/queries.js';
import { Empty } from '../parts/empty.js';
import { Failure } from '../parts/failure.js';
import { More } from '../parts/more.js';
import { Pill } from '../parts/pill.js';
import panel from '../parts/card.module.css';
import { macLook } from '../parts/states.js';
import table from '../parts/table.module.css';
import { Time } from '../parts/time.js';

/** Macs as a table: who has it, what about its certificate, when it was last heard of. */
export function MacList({
  macs,
  asked,
}: {
  macs: ReturnType<typeof useMacs>;
  asked: { text: string; state: MacState | null };
}) {
  if (macs.isPending) return <Skeleton height={320} aria-label="Loading" />;
  if (macs.isLoadingError) return <Failure error={macs.error} again={() => void macs.refetch()} />;
  const found = macs.data.pages.flatMap(({ computers }) => computers);
  return (
    <div className={panel.card}>
      {found.length === 0 ? (
        <None asked={asked} goesOn={macs.hasNextPage} />
      ) : (
        <table className={table.table}>
          <thead>
            <tr>
              <th scope="col">Mac</th>
              <th scope="col" className={table.wide}>
                User
              </th>
              <th scope="col">Certificate</th>
              <th scope="col" className={table.wide}>
                Expires
              </th>
              <th scope="col" className={table.wide}>
                Last contact
              </th>
            </tr>
          </thead>
          <tbody>
            {found.map((mac) => (
              <Row key={mac.id} mac={mac} />
            ))}
          </tbody>
        </table>
      )}
      <More query={macs} />
    </div>
  );
}

function Row({ mac }: { mac: ComputerSummary }) {
  const several = mac.states.length > 1;
  return (
    <tr>
      <td>
        <Link href={`/macs/${mac.instance}/${mac.id}`} className={table.main} title={mac.name}>
          {mac.name || 'No name'}
        </Link>
        <span className={`${table.soft} ${table.mono}`}>{mac.serialNumber || `id ${mac.id}`}</span>
        <div className={`${table.soft} ${table.narrow}`}>{mac.realName || mac.username}</div>
      </td>
      <td className={table.wide}>
        {mac.realName || mac.username || '–'}
        {mac.realName !== '' && mac.username !== '' && <div className={table.soft}>{mac.username}</div>}
      </td>
      <td>
        {mac.retiredAt !== null ? (
          <Pill tone="quiet" label="Not in Jamf any more" />
        ) : (
          mac.states.map(({ profile, state }) => (
            <div key={profile}>
              <Pill
                tone={macLook[state].tone}
                label={several ? `${profile}: ${macLook[state].label}` : macLook[state].label}
                title={macLook[state].meaning}
              />
            </div>
          ))
        )}
      </td>
      <td className={`${table.wide} ${table.nowrap}`}>
        {mac.states.map(({ profile, expiresAt }) => (
          <div key={profile}>
            <Time at={expiresAt} />
          </div>
        ))}
      </td>
      <td className={`${table.wide} ${table.nowrap}`}>
        <Time at={mac.lastContactAt} otherwise="never" />
      </td>
    </tr>
  );
}

function None({
  asked: { text, state },
  goesOn,
}: {
  asked: { text: string; state: MacState | null };
  goesOn: boolean;
}) {
  if (goesOn)
    return (
      <Empty icon={IconZoomQuestion} title="Not among the Macs looked through so far">
        The fleet is searched piece by piece: show more to go on.
      </Empty>
    );
  if (text !== '' || state !== null)
    return (
      <Empty icon={IconZoomQuestion} title="No Mac matches">
        {text !== '' && <p>Parts of a serial number, name, user name, email address or id are looked for.</p>}
        {state !== null && (
          <p>
            Only Macs that are {macLook[state].label.toLowerCase()} are shown: choose All to see the rest.
          </p>
        )}
      </Empty>
    );
  return (
    <Empty icon={IconDeviceLaptopOff} title="No Mac is known yet">
      The first sweep reads the fleet from Jamf Pro: it starts with the worker. If this stays empty, the
      overview says what is wrong.
    </Empty>
  );
}
