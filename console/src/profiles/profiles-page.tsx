import { IconCertificate, IconCircleCheck } from '@tabler/icons-react';
import { Link, useSearchParams } from 'wouter';
import type { ProfileAudit, WatchedHalf } from '../api/answers.js';
import { useInstance } from '../api/instance.js';
import { useProfileAudit, useProfiles } from '../api/profiles.js';
import { Card } from '../components/layout/card.js';
import { Empty } from '../components/feedback/empty.js';
import { Facts } from '../components/layout/facts.js';
import { Loaded } from '../components/feedback/loaded.js';
import { Page } from '../components/layout/page.js';
import { Pill } from '../components/status/pill.js';
import { Day, Time } from '../components/time/time.js';
import { Findings } from './findings.js';
import classes from './profiles-page.module.css';

/** Page of the watched profiles with the results of the profile check. The address stores the selected profile. */
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
      under="Finds Jamf Pro profile settings that would break certificate issuance or renewal."
    >
      <Loaded query={query}>
        {() =>
          open === undefined ? (
            <Empty icon={IconCertificate} title="No profiles are watched on this server">
              Add profiles to the configuration, under <code>instances.{instance}.profiles</code>.
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
                        {half.profile}, {half.half} half, ID {half.id}
                      </span>
                      <CheckPill half={half} />
                    </button>
                  </li>
                ))}
              </ul>
              <CheckResult half={open} instance={instance} />
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

function CheckPill({ half: { errors, warnings } }: { half: WatchedHalf }) {
  if (errors === null || warnings === null) return <Pill tone="quiet" label="Not checked yet" />;
  if (errors > 0) return <Pill tone="bad" label={`${errors} ${errors === 1 ? 'error' : 'errors'}`} />;
  if (warnings > 0)
    return <Pill tone="soon" label={`${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`} />;
  return <Pill tone="good" label="No issues" />;
}

function CheckResult({ half, instance }: { half: WatchedHalf; instance: string }) {
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
                  checked <Time at={audit.auditedAt} />
                </>
              }
            >
              {audit.findings.length === 0 ? (
                <Empty icon={IconCircleCheck} title="No issues found" tone="good">
                  The profile follows all rules from the Okta, Jamf and Apple documentation.
                </Empty>
              ) : (
                <Findings findings={audit.findings} instance={instance} />
              )}
            </Card>
            <CheckScope audit={audit} />
          </div>
        );
      }}
    </Loaded>
  );
}

function CheckScope({ audit }: { audit: ProfileAudit }) {
  const { computers, fieldAuditedAt, caExpiresAt, unseen, profile } = audit;
  return (
    <Card title="What was checked">
      <Facts
        facts={[
          [
            'Subjects',
            computers === null
              ? 'waiting for the first full sweep'
              : `subject checked for ${computers.toLocaleString()} Macs in scope`,
          ],
          ['Fleet and CA', <Time key="field" at={fieldAuditedAt} otherwise="not checked yet" />],
          ['CA certificate expires', caExpiresAt === null ? 'unknown' : <Day key="ca" at={caExpiresAt} />],
          [
            'Macs',
            <Link key="macs" href={`/macs?profile=${profile}`}>
              View Macs of {profile}
            </Link>,
          ],
        ]}
      />
      {unseen.length > 0 && (
        <>
          <h3 className={classes.heading}>Could not be checked</h3>
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
