import { IconEye } from '@tabler/icons-react';
import type { ComputerDetail } from '../api/answers.js';
import { useLook } from '../api/macs.js';
import { useMac, useRedistribution, useRedistributions } from '../api/queries.js';
import { RefreshNow } from '../components/actions/refresh-now.js';
import { Card } from '../components/layout/card.js';
import { Facts } from '../components/layout/facts.js';
import { Loaded } from '../components/feedback/loaded.js';
import { Loading } from '../components/feedback/loading.js';
import { Page } from '../components/layout/page.js';
import { Pill } from '../components/status/pill.js';
import { Time } from '../components/time/time.js';
import { RedistributionTable } from '../redistributions/list.js';
import { Story } from '../redistributions/story.js';
import { ChronicleCard } from './chronicle-card.js';
import { CertificateCard } from './certificate-card.js';
import classes from './mac-page.module.css';

/** Page of one Mac: certificates, the current redistribution and what happens next, activity. */
export function MacPage({ instance, id }: { instance: string; id: string }) {
  const query = useMac(instance, id);
  return (
    <Loaded query={query}>
      {(mac) => {
        const name = mac.name || mac.serialNumber || `Mac ${mac.id}`;
        return (
          <Page
            name={name}
            title={name}
            under={[mac.realName || mac.username, mac.serialNumber].filter(Boolean).join(' · ')}
            aside={
              mac.retiredAt !== null ? (
                <Pill tone="quiet" label="Deleted from Jamf Pro" />
              ) : mac.managed ? undefined : (
                <Pill tone="late" label="Not managed" />
              )
            }
          >
            <div className={classes.columns}>
              <div className={classes.column}>
                {mac.assessments.map((assessment) => (
                  <CertificateCard key={assessment.profile} mac={mac} assessment={assessment} />
                ))}
                {mac.last.map(({ id: redistributionId, profile }) => (
                  <LastStory key={redistributionId} id={redistributionId} profile={profile} />
                ))}
                <ChronicleCard mac={mac} />
                <Earlier mac={mac} />
              </div>
              <About mac={mac} />
            </div>
          </Page>
        );
      }}
    </Loaded>
  );
}

function LastStory({ id, profile }: { id: string; profile: string }) {
  const { data } = useRedistribution(id);
  if (!data) return <Loading height={200} />;
  return (
    <Story
      brief
      redistribution={data}
      title={`${data.closedAt === null ? 'Redistribution' : 'Last redistribution'} (${profile})`}
    />
  );
}

/** Table of the redistributions that are not shown in a card on this page. */
function Earlier({ mac }: { mac: ComputerDetail }) {
  const { data } = useRedistributions(mac.instance, { computerId: mac.id });
  const shown = new Set(mac.last.map(({ id }) => id));
  const earlier = (data?.pages ?? [])
    .flatMap((page) => page.redistributions)
    .filter(({ id }) => !shown.has(id));
  if (earlier.length === 0) return null;
  return (
    <Card title="Earlier redistributions" flush>
      <RedistributionTable redistributions={earlier} />
    </Card>
  );
}

function About({ mac }: { mac: ComputerDetail }) {
  const look = useLook(mac.instance, mac.id);
  return (
    <Card title="This Mac">
      <Facts
        facts={[
          ['Serial number', <code key="serial">{mac.serialNumber}</code>],
          ['User', mac.realName || mac.username],
          ['Username', mac.username],
          ['Email', mac.email],
          ['Last contact', <Time key="contact" at={mac.lastContactAt} otherwise="never" />],
          ['Inventory', <Time key="inventory" at={mac.reportedAt} otherwise="never" />],
          ['Enrolled', <Time key="enrolled" at={mac.enrolledAt} />],
          ['MDM', mac.mdmCapable ? 'capable' : 'not capable'],
          ['Jamf Pro', `${mac.instance}, ID ${mac.id}`],
          ['UDID', <code key="udid">{mac.udid}</code>],
        ]}
      />
      <RefreshNow
        icon={IconEye}
        label="Refresh from Jamf Pro"
        said="Refresh requested; the page updates when a worker has read the Mac."
        work={look}
        ask={() => look.mutate()}
      />
    </Card>
  );
}
