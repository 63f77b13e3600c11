import classes from './pill.module.css';
import { macLook, stateLook, type Look, type Tone } from './states.js';
import type { ListedState } from '../../../../src/domain/known.js';
import type { State } from '../../../../src/domain/redistribution/record.js';

/** Label with a colored dot. The text of the label is sufficient without the color. */
export function Pill({ tone, label, title }: { tone: Tone; label: string; title?: string }) {
  return (
    <span className={classes.pill} data-tone={tone} title={title}>
      <span className={classes.dot} aria-hidden />
      {label}
    </span>
  );
}

function LookPill({ look }: { look: Look }) {
  return <Pill tone={look.tone} label={look.label} title={look.meaning} />;
}

/** Shows the state of the certificate of a Mac. */
export function MacPill({ state }: { state: ListedState }) {
  return <LookPill look={macLook[state]} />;
}

/** Shows the state of a redistribution. */
export function StatePill({ state }: { state: State }) {
  return <LookPill look={stateLook[state]} />;
}
