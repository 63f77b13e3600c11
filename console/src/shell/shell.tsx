import { Center, Loader } from '@mantine/core';
import { Suspense, useEffect, useMemo, useState, type ReactNode } from 'react';
import { useLocation } from 'wouter';
import type { Who } from '../api/answers.js';
import { InstanceContext } from '../api/instance.js';
import { useLive } from '../api/live.js';
import { useOverview } from '../api/queries.js';
import { loadPages } from '../pages.js';
import { Failure } from '../components/feedback/failure.js';
import { Loading } from '../components/feedback/loading.js';
import { Header } from './header.js';
import { Navigation } from './navigation.js';
import { PageBoundary } from './page-boundary.js';
import { Shortcuts } from './shortcuts.js';
import classes from './shell.module.css';

const STORAGE_KEY = 'recert-instance';

/** Frame around every page: the navigation, and a header with the Jamf Pro server and its mode. */
export function Shell({ who, children }: { who: Who; children: ReactNode }) {
  useLive();
  const overview = useOverview();
  const [location] = useLocation();
  const ready = overview.data !== undefined;
  useEffect(() => {
    if (ready) loadPages();
  }, [ready]);
  const [chosen, setChosen] = useState(() => localStorage.getItem(STORAGE_KEY) ?? '');
  const names = overview.data?.instances.map(({ name }) => name) ?? [];
  const name = names.includes(chosen) ? chosen : (names[0] ?? '');
  const list = names.join(' ');
  const shown = useMemo(
    () => ({
      name,
      names: list.split(' '),
      show: (other: string) => {
        localStorage.setItem(STORAGE_KEY, other);
        setChosen(other);
      },
    }),
    [name, list],
  );
  return (
    <div className={classes.frame}>
      <a className={classes.skip} href="#content">
        Skip to main content
      </a>
      <Shortcuts />
      <Navigation overview={overview.data} instance={name} />
      <div className={classes.column}>
        <InstanceContext value={shown}>
          <Header who={who} overview={overview.data} late={overview.isError && overview.data !== undefined} />
          <main id="content" className={classes.content} tabIndex={-1}>
            {overview.data ? (
              <PageBoundary key={location}>
                <Suspense fallback={<Loading />}>{children}</Suspense>
              </PageBoundary>
            ) : overview.isError ? (
              <Failure error={overview.error} again={() => void overview.refetch()} />
            ) : (
              <Center mih={300}>
                <Loader role="status" aria-label="Loading" />
              </Center>
            )}
          </main>
        </InstanceContext>
      </div>
    </div>
  );
}
