import { Fragment, type ReactNode } from 'react';
import classes from './facts.module.css';

/** List of names and values. An empty value is shown as a dash. */
export function Facts({ facts }: { facts: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className={classes.facts}>
      {facts.map(([name, value]) => (
        <Fragment key={name}>
          <dt>{name}</dt>
          <dd>{value === '' || value === null || value === undefined ? '–' : value}</dd>
        </Fragment>
      ))}
    </dl>
  );
}
