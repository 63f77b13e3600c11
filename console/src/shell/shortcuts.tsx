import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { AskDialog } from '../parts/ask-dialog.js';
import { FIRST, MORE } from './places.js';
import classes from './shortcuts.module.css';

/** After `g` comes the letter of the page. */
const GO = 'g';
/** So long the next letter is waited for. */
const WAIT_MS = 1_500;
const SEARCH = '/';
const HELP = '?';
const places = [...FIRST, ...MORE];

/** Keys for hands that stay on the keyboard; `?` shows them. Where something is typed they are letters. */
export function Shortcuts() {
  const [, go] = useLocation();
  const [shown, setShown] = useState(false);
  useEffect(() => {
    let goes = 0;
    const listen = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const to = event.timeStamp - goes < WAIT_MS && places.find(({ key }) => key === event.key);
      goes = event.key === GO ? event.timeStamp : 0;
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
    <AskDialog opened={shown} close={() => setShown(false)} title="Keys">
      <dl className={classes.keys}>
        <dt>
          <kbd>{SEARCH}</kbd>
        </dt>
        <dd>the search of this page, or finding a Mac</dd>
        <dt>
          <kbd>Enter</kbd>
        </dt>
        <dd>in that search: opens the first Mac that was found</dd>
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
        <dd>these keys</dd>
      </dl>
    </AskDialog>
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
