import { IconCertificate, IconCircleCheck } from '@tabler/icons-react';
import { Link, useSearchParams } from 'wouter';
import type { ProfileAudit, WatchedHalf } from '../api/answers.js';
import { useInstance } from '../api/instance.js';
import { useProfileAudit, useProfiles } from '../api/profiles.js';
import { Card } from '../parts/card.js';
import { Empty } from '../parts/empty.js';
import { Facts } from '../parts/facts.js';
import { Loaded } from '../parts/loaded.js';
import { Page } from '../parts/page.js';
import { Pill } from '../parts/pill.js';
import { Day, Time } from '../parts/time.js';
import { Findings } from './findings.js';
import classes from './profiles-page.module.css';

/** The watched profiles and what the audit says of them. The one that is open stands in the address. */
export function ProfilesPage() {
  const { name: instance } = useInstance();
  const [params, setParams] = useSearchParams();
  const query = useProfiles(instance);
  const halves = query.data?.profiles ?? [];
  const worst = halves.toSorted((one, other) => weight(other) - weight(one))[0];
  const open = halves.find(({ id }) => id === params.get('id')) ?? worst;
  return (
    <Page
      name="Profiles"
      title="Profiles"
      under="Settings in Jamf that make issuing or renewing fail are named here before they do."
    >
      <Loaded query={query}>
        {() =>
          open === undefined ? (
            <Empty icon={IconCertificate} title="No profile is watched on this server">
              Profiles are named in the configuration, under <code>instances.{instance}.profiles</code>.
            </Empty>
          ) : (
            <div className={classes.columns}>
              <ul className={classes.halves} aria-label="Watched profiles">
                {halves.map((half) => (
                  <li key={half.id}>
                    <button
                      type="button"
                      className={classes.half}
                      aria-pressed={half.id === open.id}
                      onClick={() => setParams({ id: half.id }, { replace: true })}
                    >
                      <span className={classes.name}>{half.title || `Profile ${half.id}`}</span>
                      <span className={classes.under}>
                        {half.profile}, {half.half} half, id {half.id}
                      </span>
                      <Weight half={half} />
                    </button>
                  </li>
                ))}
              </ul>
              <Audit half={open} instance={instance} />
            </div>
          )
        }
      </Loaded>
    </Page>
  );
}

function weight({ errors, warnings }: WatchedHalf): number {
  return (errors ?? 0) * 1_000 + (warnings ?? 0);
}

function Weight({ half: { errors, warnings } }: { half: WatchedHalf }) {
  if (errors === null || warnings === null) return <Pill tone="quiet" label="Not audited yet" />;
  if (errors > 0) return <Pill tone="bad" label={`${errors} ${errors === 1 ? 'error' : 'errors'}`} />;
  if (warnings > 0)
    return <Pill tone="soon" label={`${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`} />;
  return <Pill tone="good" label="Nothing found" />;
}

function Audit({ half, instance }: { half: WatchedHalf; instance: string }) {
  const query = useProfileAudit(instance, half.id);
  return (
    <Loaded query={query}>
      {(audit) => {
        return (
          <div className={classes.audit}>
            <Card
              title={audit.title || `Profile ${audit.id}`}
              aside={
                <>
                  looked at <Time at={audit.auditedAt} />
                </>
              }
            >
              {audit.findings.length === 0 ? (
                <Empty icon={IconCircleCheck} title="The audit finds nothing" tone="good">
                  Every rule that follows from Okta’s, Jamf’s and Apple’s pages is kept.
                </Empty>
              ) : (
                <Findings findings={audit.findings} instance={instance} />
              )}
            </Card>
            <About audit={audit} />
          </div>
        );
      }}
    </Loaded>
  );
}

function About({ audit }: { audit: ProfileAudit }) {
  const { computers, fieldAuditedAt, caExpiresAt, unseen, profile } = audit;
  return (
    <Card title="What was looked at">
      <Facts
        facts={[
          [
            'Subjects',
            computers === null
              ? 'no sweep has met the fleet yet'
              : `measured for ${computers.toLocaleString()} Macs in scope`,
          ],
          ['Fleet and CA', <Time key="field" at={fieldAuditedAt} otherwise="not asked yet" />],
          ['CA ends', caExpiresAt === null ? 'not known' : <Day key="ca" at={caExpiresAt} />],
          [
            'Its Macs',
            <Link key="macs" href={`/macs?profile=${profile}`}>
              To the Macs of {profile}
            </Link>,
          ],
        ]}
      />
      {unseen.length > 0 && (
        <>
          <h3 className={classes.heading}>Could not be looked at</h3>
          <ul className={classes.unseen}>
            {unseen.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </>
      )}
    </Card>
  );
}
