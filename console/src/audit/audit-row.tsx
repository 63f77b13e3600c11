import { Link } from 'wouter';
import type { AuditEntry } from '../api/answers.js';
import { Pill } from '../components/status/pill.js';
import table from '../components/layout/table.module.css';
import { Time } from '../components/time/time.js';
import { actionLabel, outcomeLook } from './looks.js';

const MAX_LISTED = 3;
const ID = /^[\da-f]{8}-[\da-f-]{27}$/u;

/** Row of one entry of the audit log. */
export function AuditRow({
  entry: { at, who, role, via, action, instance, reason, computers, subjects, outcome, result },
}: {
  entry: AuditEntry;
}) {
  const look = outcomeLook[outcome];
  return (
    <tr>
      <td className={table.nowrap}>
        <Time at={at} />
      </td>
      <td className={table.word}>
        <b>{who}</b>
        <div className={table.soft}>
          {via === 'break-glass' ? <Pill tone="late" label="emergency access" /> : role}
        </div>
      </td>
      <td className={table.word}>
        {actionLabel[action]}
        {computers > 0 && ` ${computers === 1 ? '1 Mac' : `${computers.toLocaleString()} Macs`}`}
        <div className={table.soft}>
          {instance !== null && <span>{instance} </span>}
          {subjects.slice(0, MAX_LISTED).map((subject) => (
            <span key={subject}>
              {computers > 0 ? <Subject name={subject} many={computers > 1} /> : subject}{' '}
            </span>
          ))}
          {subjects.length > MAX_LISTED && `and ${(subjects.length - MAX_LISTED).toLocaleString()} more`}
        </div>
        <div className={table.narrow}>{reason}</div>
      </td>
      <td className={`${table.wide} ${table.word}`}>{reason || '–'}</td>
      <td>
        <Pill tone={look.tone} label={look.label} title={look.meaning} />
        <div className={`${table.soft} ${table.wide} ${table.word}`}>{result}</div>
      </td>
    </tr>
  );
}

/** Link to what an entry is about: a redistribution or a batch by its ID, or a Mac by its serial number. */
function Subject({ name, many }: { name: string; many: boolean }) {
  return ID.test(name) ? (
    <Link href={`/redistributions/${many ? 'batches/' : ''}${name}`}>{name.slice(0, 8)}</Link>
  ) : (
    <Link href={`/macs?text=${encodeURIComponent(name)}`}>{name}</Link>
  );
}
