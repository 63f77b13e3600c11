import { useInstance } from '../api/instance.js';
import { useOverview } from '../api/queries.js';
import { Page } from '../components/layout/page.js';
import { RecentRedistributions } from '../redistributions/recent.js';
import { SetupCard } from '../setup/setup-card.js';
import { Fleet } from './fleet.js';
import { Flow } from './flow.js';
import { ForecastCard } from './forecast/forecast.js';
import classes from './overview-page.module.css';
import { SafetyLimits } from './safety-limits.js';
import { Signals } from './signals.js';
import { Verdict } from './verdict.js';

/**
 * Page with the overview of the selected Jamf Pro server: health, status of renewals, fleet, forecast and status
 * of the automation.
 */
export function OverviewPage() {
  const { name } = useInstance();
  const { data: overview } = useOverview();
  const instance = overview?.instances.find((one) => one.name === name);
  if (!overview || !instance) return null;
  return (
    <Page name="Overview">
      <div className={classes.page}>
        <SetupCard steps={instance.setup} />
        <Verdict overview={overview} />
        <Flow instance={instance} />
        <div className={classes.columns}>
          <div className={classes.column}>
            {instance.profiles.map((profile) => (
              <Fleet
                key={profile.name}
                profile={profile}
                link={(state) => `/macs?state=${state}&profile=${profile.name}`}
              />
            ))}
            <div className={classes.coming}>
              {instance.profiles.map((profile) => (
                <ForecastCard
                  key={profile.name}
                  instance={name}
                  profile={profile.name}
                  several={instance.profiles.length > 1}
                />
              ))}
              <RecentRedistributions instance={name} />
            </div>
          </div>
          <div className={classes.column}>
            <div className={classes.now}>
              <SafetyLimits instance={instance} />
            </div>
            <div className={classes.signs}>
              <Signals instance={instance} overview={overview} />
            </div>
          </div>
        </div>
      </div>
    </Page>
  );
}
