import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './empty.module.css';
import type { Tone } from '../status/states.js';

/** Message that is shown if there is no content: what is missing, why, and what to do. */
export function Empty({
  icon: Sign,
  title,
  tone = 'quiet',
  children,
}: {
  icon: Icon;
  title: string;
  tone?: Tone;
  children?: ReactNode;
}) {
  return (
    <div className={classes.empty}>
      <span className={classes.sign} data-tone={tone}>
        <Sign size={22} stroke={1.6} aria-hidden />
      </span>
      <p className={classes.title}>{title}</p>
      {children !== undefined && <div className={classes.words}>{children}</div>}
    </div>
  );
}
