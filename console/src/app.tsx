import { Center, Loader } from '@mantine/core';
import { IconMapQuestion } from '@tabler/icons-react';
import { useEffect } from 'react';
import { Link, Route, Switch } from 'wouter';
import { openQueues, useWho, wantsQueues } from './api/session.js';
import { OverviewPage } from './overview/overview-page.js';
import { pages } from './pages.js';
import { Empty } from './components/feedback/empty.js';
import { Failure } from './components/feedback/failure.js';
import { Shell } from './shell/shell.js';
import { SignIn } from './sign-in/sign-in.js';

/** Shows the sign-in page until a user is signed in, and then the page for the address. */
export function App() {
  const who = useWho();
  const opensQueues = Boolean(who.data) && wantsQueues();
  useEffect(() => {
    if (opensQueues) openQueues();
  }, [opensQueues]);
  if (who.isPending || opensQueues)
    return (
      <Center component="main" mih="100vh">
        <Loader role="status" aria-label="Loading" />
      </Center>
    );
  if (who.isError)
    return (
      <main>
        <Failure error={who.error} again={() => void who.refetch()} />
      </main>
    );
  if (!who.data) return <SignIn />;
  return (
    <Shell who={who.data}>
      <Switch>
        <Route path="/" component={OverviewPage} />
        <Route path="/macs">
          <pages.Macs />
        </Route>
        <Route path="/macs/:instance/:id">
          {({ instance, id }) => <pages.Mac key={`${instance}/${id}`} instance={instance} id={id} />}
        </Route>
        <Route path="/redistributions">
          <pages.Redistributions />
        </Route>
        <Route path="/redistributions/batches/:id">{({ id }) => <pages.Batch key={id} id={id} />}</Route>
        <Route path="/redistributions/:id">{({ id }) => <pages.Redistribution key={id} id={id} />}</Route>
        <Route path="/failures">
          <pages.Failures />
        </Route>
        <Route path="/profiles">
          <pages.Profiles />
        </Route>
        <Route path="/events">
          <pages.Events />
        </Route>
        <Route path="/audit">
          <pages.Audit />
        </Route>
        <Route path="/setup">
          <pages.Setup />
        </Route>
        <Route path="/settings">
          <pages.Settings />
        </Route>
        <Route>
          <Empty icon={IconMapQuestion} title="Page not found">
            <Link href="/">Go to the overview</Link>
          </Empty>
        </Route>
      </Switch>
    </Shell>
  );
}
