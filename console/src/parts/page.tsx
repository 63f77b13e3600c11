import { useEffect, type ReactNode } from 'react';
import classes from './page.module.css';

/** A page under its name, which is also that of the browser's tab. Without `title` the page brings its own heading. */
export function Page({
  name,
  title,
  aside,
  children,
}: {
  name: string;
  title?: ReactNode;
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
          <h1 className={classes.title}>{title}</h1>
          {aside !== undefined && <div className={classes.aside}>{aside}</div>}
        </div>
      )}
      {children}
    </>
  );
}
