import { useEffect, type ReactNode } from 'react';
import classes from './page.module.css';

/** Page with a heading. `name` is the title of the browser tab. If `title` is omitted, the page renders its own heading. */
export function Page({
  name,
  title,
  under,
  aside,
  children,
}: {
  name: string;
  title?: ReactNode;
  /** Text below the title. */
  under?: ReactNode;
  aside?: ReactNode;
  children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${name} · Recert`;
  }, [name]);
  return (
    <>
      {title !== undefined && (
        <div className={classes.head}>
          <div>
            <h1 className={classes.title}>{title}</h1>
            {under !== undefined && <p className={classes.under}>{under}</p>}
          </div>
          {aside !== undefined && <div className={classes.aside}>{aside}</div>}
        </div>
      )}
      {children}
    </>
  );
}
