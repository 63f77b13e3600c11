import { Center, Loader } from '@mantine/core';
import { IconMapQuestion } from '@tabler/icons-react';
import { Link, Route, Switch } from 'wouter';
import { useWho } from './api/session.js';
import { AuditPage } from './audit/audit-page.js';
import { MacPage } from './macs/mac-page.js';
import { MacsPage } from './macs/macs-page.js';
import { OverviewPage } from './overview/overview-page.js';
import { Empty } from './parts/empty.js';
import { Failure } from './parts/failure.js';
import { RedistributionPage } from './redistributions/redistribution-page.js';
import { RedistributionsPage } from './redistributions/redistributions-page.js';
import { Shell } from './shell/shell.js';
import { SignIn } from './sign-in/sign-in.js';

/** Signing in first, then the pages. */
export function App() {
  const who = useWho();
  if (who.isPending)
    return (
      <Center component="main" mih="100vh">
        <Loader aria-label="Loading" />
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
        <Route path="/macs" component={MacsPage} />
        <Route path="/macs/:instance/:id">
          {({ instance, id }) => <MacPage key={`${instance}/${id}`} instance={instance} id={id} />}
        </Route>
        <Route path="/redistributions" component={RedistributionsPage} />
        <Route path="/redistributions/:id">{({ id }) => <RedistributionPage key={id} id={id} />}</Route>
        <Route path="/audit" component={AuditPage} />
        <Route>
          <Empty icon={IconMapQuestion} title="There is no such page">
            <Link href="/">To the overview</Link>
          </Empty>
        </Route>
      </Switch>
    </Shell>
  );
}
