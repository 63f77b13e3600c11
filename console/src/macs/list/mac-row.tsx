import { Link } from 'wouter';
import type { ComputerSummary } from '../../api/answers.js';
import { Pill } from '../../components/status/pill.js';
import { macLook } from '../../components/status/states.js';
import table from '../../components/layout/table.module.css';
import { Time } from '../../components/time/time.js';
import classes from './mac-list.module.css';

/** Row of one Mac. `index` is its position in the list, from 0. */
export function MacRow({
  mac,
  index,
  measure,
  chosen,
  toggle,
}: {
  mac: ComputerSummary;
  index: number;
  measure: (row: HTMLTableRowElement | null) => void;
  chosen: boolean;
  toggle: () => void;
}) {
  const several = mac.states.length > 1;
  const name = mac.name || 'No name';
  return (
    <tr ref={measure} data-index={index} aria-rowindex={index + 2} data-chosen={chosen}>
      <td className={classes.choose}>
        <input type="checkbox" aria-label={`Select ${name}`} checked={chosen} onChange={toggle} />
      </td>
      <td>
        <Link href={`/macs/${mac.instance}/${mac.id}`} className={table.main} title={mac.name}>
          {name}
        </Link>
        <span className={`${table.soft} ${table.mono}`}>{mac.serialNumber || `ID ${mac.id}`}</span>
        <div className={`${table.soft} ${table.narrow}`}>{mac.realName || mac.username}</div>
      </td>
      <td className={table.wide}>
        {mac.realName || mac.username || '–'}
        {mac.realName !== '' && mac.username !== '' && <div className={table.soft}>{mac.username}</div>}
      </td>
      <td>
        {mac.retiredAt !== null ? (
          <Pill tone="quiet" label="Deleted from Jamf Pro" />
        ) : (
          mac.states.map(({ profile, state, expiresAt }) => (
            <div key={profile}>
              <Pill
                tone={macLook[state].tone}
                label={several ? `${profile}: ${macLook[state].label}` : macLook[state].label}
                title={macLook[state].meaning}
              />
              {expiresAt !== null && state !== 'out-of-scope' && (
                <div className={`${table.soft} ${table.narrow}`}>
                  <Time at={expiresAt} />
                </div>
              )}
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
