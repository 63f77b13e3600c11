import { IconCircle, IconCircleCheck, IconExternalLink } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { SetupStep } from '../api/answers.js';
import { Sentence } from '../components/status/sentence.js';
import classes from './setup.module.css';

/** Shows the steps of the setup. A step that is not complete shows what to do, and links to Jamf Pro and the console. */
export function Checklist({ steps }: { steps: readonly SetupStep[] }) {
  return (
    <ol className={classes.steps}>
      {steps.map((step) => (
        <Step key={step.id} step={step} />
      ))}
    </ol>
  );
}

function Step({ step: { title, done, text, todo, page, command, jamf } }: { step: SetupStep }) {
  const Sign = done ? IconCircleCheck : IconCircle;
  return (
    <li className={classes.step} data-done={done}>
      <span className={classes.sign} data-tone={done ? 'good' : 'soon'}>
        <Sign size={18} stroke={1.8} aria-label={done ? 'Complete' : 'Not complete'} />
      </span>
      <div className={classes.body}>
        <h3>{title}</h3>
        {text !== null && (
          <p>
            <Sentence text={[text, todo ?? ''].join(' ')} />
          </p>
        )}
        {(command ?? page ?? jamf) !== null && (
          <p className={classes.links}>
            {command !== null && <code>{command}</code>}
            {page !== null && <Link href={page}>View details</Link>}
            {jamf !== null && (
              <a href={jamf} target="_blank" rel="noreferrer">
                Open Jamf Pro <IconExternalLink size={13} stroke={1.8} aria-hidden />
              </a>
            )}
          </p>
        )}
      </div>
    </li>
  );
}
