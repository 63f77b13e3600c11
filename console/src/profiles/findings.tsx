import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { AuditFinding } from '../api/answers.js';
import { Sentence } from '../components/status/sentence.js';
import classes from './profiles-page.module.css';

/** Maximum number of Macs that are listed. The count includes all Macs. */
const MAX_LISTED = 25;

/** Shows the findings of the profile check: what is wrong, why it matters, how to fix it, and the source of the rule. */
export function Findings({ findings, instance }: { findings: readonly AuditFinding[]; instance: string }) {
  return (
    <ul className={classes.findings}>
      {findings.map((finding, index) => (
        <Finding key={`${finding.rule} ${index}`} finding={finding} instance={instance} />
      ))}
    </ul>
  );
}

function Finding({
  finding: { rule, severity, said, why, todo, source, computers },
  instance,
}: {
  finding: AuditFinding;
  instance: string;
}) {
  const error = severity === 'error';
  const Sign = error ? IconAlertTriangle : IconInfoCircle;
  return (
    <li className={classes.finding} data-severity={severity}>
      <h3>
        <span className={classes.sign} data-tone={error ? 'bad' : 'soon'}>
          <Sign size={15} stroke={1.8} aria-label={error ? 'Error' : 'Warning'} />
        </span>
        <Sentence text={said} />
      </h3>
      <dl>
        <dt>Why</dt>
        <dd>
          <Sentence text={why} />
        </dd>
        <dt>How to fix</dt>
        <dd className={classes.todo}>
          <Sentence text={todo} />
        </dd>
        <dt>Source</dt>
        <dd>
          <Sentence text={source} /> <code className={classes.rule}>{rule}</code>
        </dd>
      </dl>
      {computers && (
        <details className={classes.computers}>
          <summary>
            {computers.count.toLocaleString()} {computers.count === 1 ? 'Mac' : 'Macs'}
          </summary>
          <ul>
            {computers.listed.slice(0, MAX_LISTED).map(({ id, name, serialNumber }) => (
              <li key={id}>
                <Link href={`/macs/${instance}/${id}`}>{name || serialNumber || id}</Link>{' '}
                <code>{serialNumber}</code>
              </li>
            ))}
            {computers.count > MAX_LISTED && (
              <li>and {(computers.count - MAX_LISTED).toLocaleString()} more</li>
            )}
          </ul>
        </details>
      )}
    </li>
  );
}
