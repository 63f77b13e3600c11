import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { ReasonDialog } from '../components/actions/reason-dialog.js';
import { FIRST, MORE } from './places.js';
import classes from './shortcuts.module.css';

/** The key `g`, followed by the key of a page, opens that page. */
const GO = 'g';
/** Maximum time between `g` and the key of the page, milliseconds. */
const WAIT_MS = 1_500;
const SEARCH = '/';
const HELP = '?';
const places = [...FIRST, ...MORE];

/**
 * Keyboard shortcuts, which do not work in input fields and dialogs, and the dialog that lists the shortcuts (key
 * `?`).
 */
export function Shortcuts() {
  const [, go] = useLocation();
  const [shown, setShown] = useState(false);
  useEffect(() => {
    let prefixAt = 0;
    const listen = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const to = event.timeStamp - prefixAt < WAIT_MS && places.find(({ key }) => key === event.key);
      prefixAt = event.key === GO ? event.timeStamp : 0;
      if (to) go(to.path);
      else if (event.key === HELP) setShown(true);
      else if (event.key === SEARCH) {
        event.preventDefault();
        if (!focusSearch()) go('/macs');
      }
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, [go]);
  return (
    <ReasonDialog opened={shown} close={() => setShown(false)} title="Keyboard shortcuts">
      <dl className={classes.keys}>
        <dt>
          <kbd>{SEARCH}</kbd>
        </dt>
        <dd>Search this page (or search Macs)</dd>
        <dt>
          <kbd>Enter</kbd>
        </dt>
        <dd>In the Mac search: open the first result</dd>
        {places.map(({ key, label }) => (
          <div key={key}>
            <dt>
              <kbd>{GO}</kbd> <kbd>{key}</kbd>
            </dt>
            <dd>{label}</dd>
          </div>
        ))}
        <dt>
          <kbd>{HELP}</kbd>
        </dt>
        <dd>Show keyboard shortcuts</dd>
      </dl>
    </ReasonDialog>
  );
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      /^(?:input|textarea|select)$/iu.test(target.tagName) ||
      target.closest('[role="dialog"]') !== null)
  );
}

function focusSearch(): boolean {
  const search = document.querySelector<HTMLInputElement>('main input[type="search"]');
  search?.focus();
  search?.select();
  return search !== null;
}
