import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconInfoCircle } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { Overview } from '../api/answers.js';
import { useInstance } from '../api/instance.js';
import { Sentence } from '../parts/sentence.js';
import classes from './verdict.module.css';

/** Healthy or not in one glance, and why. */
export function Verdict({ overview }: { overview: Overview }) {
  const { healthy, findings } = overview;
  const { show } = useInstance();
  const Sign = healthy ? IconCircleCheck : IconCircleX;
  const several = overview.instances.length > 1;
  return (
    <section className={classes.verdict} data-verdict={healthy ? 'good' : 'bad'} aria-label="Is it healthy?">
      <div className={classes.head}>
        <span className={classes.sign} data-tone={healthy ? 'good' : 'bad'}>
          <Sign size={30} stroke={1.7} aria-hidden />
        </span>
        <div>
          <h1>{healthy ? 'Healthy' : 'Not healthy'}</h1>
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
                  <Small size={15} stroke={1.8} aria-label={error ? 'Wrong' : 'To know'} />
                </span>
                <span>
                  {several && instance !== null && <b>{instance}: </b>}
                  <Sentence text={text} />{' '}
                  {page !== null && (
                    <To page={page} go={() => instance !== null && show(instance)}>
                      Show
                    </To>
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

/** To where it is shown. The queues are not a page of ours. */
function To({ page, go, children }: { page: string; go: () => void; children: string }) {
  return page.startsWith('/queues') ? (
    <a href={page}>{children}</a>
  ) : (
    <Link href={page} onClick={go}>
      {children}
    </Link>
  );
}

/** The whole of it in one sentence. */
function summary({ healthy, findings, instances }: Overview): string {
  const wrong = findings.filter(({ severity }) => severity === 'error').length;
  if (!healthy) return wrong === 1 ? 'One thing needs somebody.' : `${wrong} things need somebody.`;
  const macs = instances.reduce((sum, { computers }) => sum + computers.known, 0);
  const inFlight = instances.reduce((sum, { redistributions }) => sum + redistributions.inFlight, 0);
  const under = inFlight === 0 ? 'nothing is in flight' : `${inFlight.toLocaleString()} in flight`;
  return `${macs.toLocaleString()} Macs are watched, ${under}, and no certificate is overdue.`;
}
