import { useInstance } from '../api/instance.js';
import { useOverview } from '../api/queries.js';
import { Page } from '../parts/page.js';
import { RecentRedistributions } from '../redistributions/recent.js';
import { Fleet } from './fleet.js';
import { Flow } from './flow.js';
import classes from './overview-page.module.css';
import { Signals } from './signals.js';
import { Verdict } from './verdict.js';

/** Healthy or not in one glance, and what is under way. */
export function OverviewPage() {
  const { name } = useInstance();
  const { data: overview } = useOverview();
  const instance = overview?.instances.find((one) => one.name === name);
  if (!overview || !instance) return null;
  return (
    <Page name="Overview">
      <div className={classes.page}>
        <Verdict overview={overview} />
        <Flow redistributions={instance.redistributions} />
        <div className={classes.columns}>
          <div className={classes.column}>
            {instance.profiles.map((profile) => (
              <Fleet
                key={profile.name}
                profile={profile}
                link={(state) => `/macs?state=${state}&profile=${profile.name}`}
              />
            ))}
            <RecentRedistributions instance={name} />
          </div>
          <Signals instance={instance} overview={overview} />
        </div>
      </div>
    </Page>
  );
}
