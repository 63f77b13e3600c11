import { useEffect, type ReactNode } from 'react';
import classes from './page.module.css';

/** A page under its name, which is also that of the browser's tab. Without `title` the page brings its own heading. */
export function Page({
  name,
  title,
  under,
  aside,
  children,
}: {
  name: string;
  title?: ReactNode;
  /** One line below the title. */
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
