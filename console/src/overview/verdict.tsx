import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconInfoCircle } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { Overview } from '../api/answers.js';
import { useInstance } from '../api/instance.js';
import { Sentence } from '../components/status/sentence.js';
import classes from './verdict.module.css';

/** Shows whether Recert is healthy, with the findings. */
export function Verdict({ overview }: { overview: Overview }) {
  const { healthy, findings } = overview;
  const { show } = useInstance();
  const Sign = healthy ? IconCircleCheck : IconCircleX;
  const several = overview.instances.length > 1;
  return (
    <section className={classes.verdict} data-verdict={healthy ? 'good' : 'bad'} aria-label="Health">
      <div className={classes.head}>
        <span className={classes.sign} data-tone={healthy ? 'good' : 'bad'}>
          <Sign size={30} stroke={1.7} aria-hidden />
        </span>
        <div>
          <h1>{healthy ? 'Healthy' : 'Unhealthy'}</h1>
          <p>{summary(overview)}</p>
        </div>
      </div>
      {findings.length > 0 && (
        <ul className={classes.findings}>
          {findings.map(({ severity, instance, text, page }) => {
            const error = severity === 'error';
            const Small = error ? IconAlertTriangle : IconInfoCircle;
            return (
              <li key={`${instance ?? ''} ${text}`}>
                <span className={classes.small} data-tone={error ? 'bad' : 'soon'}>
                  <Small size={15} stroke={1.8} aria-label={error ? 'Error' : 'Warning'} />
                </span>
                <span>
                  {several && instance !== null && <b>{instance}: </b>}
                  <Sentence text={text} />{' '}
                  {page !== null && (
                    <FindingLink page={page} go={() => instance !== null && show(instance)}>
                      {linkLabel(page)}
                    </FindingLink>
                  )}
                </span>
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}

/** Link to the page with the details of a finding. The queue board is not part of the console application. */
function FindingLink({ page, go, children }: { page: string; go: () => void; children: string }) {
  return page.startsWith('/queues') ? (
    <a href={page}>{children}</a>
  ) : (
    <Link href={page} onClick={go}>
      {children}
    </Link>
  );
}

const LINK_LABELS: readonly (readonly [path: string, label: string])[] = [
  ['/queues', 'Open queue'],
  ['/macs', 'View Macs'],
  ['/redistributions', 'View redistributions'],
  ['/failures', 'View failures'],
  ['/profiles', 'View profiles'],
  ['/events', 'View events'],
];

function linkLabel(page: string): string {
  return LINK_LABELS.find(([path]) => page.startsWith(path))?.[1] ?? 'View details';
}

function renewals(count: number): string {
  return `${count.toLocaleString()} ${count === 1 ? 'renewal' : 'renewals'}`;
}

/** Returns a summary of the status in one sentence. */
function summary({ healthy, findings, instances }: Overview): string {
  const wrong = findings.filter(({ severity }) => severity === 'error').length;
  if (!healthy) return wrong === 1 ? '1 issue needs attention.' : `${wrong} issues need attention.`;
  const macs = instances.reduce((sum, { computers }) => sum + computers.known, 0);
  const inFlight = instances.reduce((sum, { redistributions }) => sum + redistributions.inFlight, 0);
  const under = inFlight === 0 ? 'no renewals in progress' : `${renewals(inFlight)} in progress`;
  return `${macs.toLocaleString()} Macs monitored, ${under}, no certificates overdue.`;
}
