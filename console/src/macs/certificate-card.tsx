import { Button } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useId, useState } from 'react';
import type { ComputerDetail } from '../api/answers.js';
import { useMayAct } from '../api/session.js';
import { Card } from '../components/layout/card.js';
import { Lifeline } from '../components/charts/lifeline.js';
import { MacPill } from '../components/status/pill.js';
import { Sentence } from '../components/status/sentence.js';
import { Day, Time } from '../components/time/time.js';
import classes from './certificate-card.module.css';
import { RedistributeDialog } from './redistribute-dialog.js';

type Assessment = ComputerDetail['assessments'][number];

/** Shows the certificate of one watched profile on a Mac, with the button to redistribute the profile. */
export function CertificateCard({ mac, assessment }: { mac: ComputerDetail; assessment: Assessment }) {
  const { profile, state, sentence, certificate, dueAt } = assessment;
  return (
    <Card title={`Certificate (${profile})`} aside={<MacPill state={state} />}>
      <p className={classes.sentence}>
        {sentence} <Next mac={mac} assessment={assessment} />
      </p>
      {certificate && certificate.expiresAt !== null && (
        <Lifeline issuedAt={certificate.issuedAt} dueAt={dueAt} expiresAt={certificate.expiresAt} />
      )}
      {certificate && (
        <dl className={classes.certificate}>
          <div>
            <dt>Serial number</dt>
            <dd>
              <code>{certificate.serialNumber}</code>
            </dd>
          </div>
          <div>
            <dt>Subject</dt>
            <dd>
              <code>{certificate.subject}</code>
            </dd>
          </div>
          <Siblings assessment={assessment} />
        </dl>
      )}
      <Act mac={mac} profile={profile} />
    </Card>
  );
}

/**
 * Shows the other certificates that match the profile: from the other profile of the pair (blue or green),
 * duplicates, expired ones.
 */
function Siblings({ assessment: { siblings, matching } }: { assessment: Assessment }) {
  if (matching < 2) return null;
  const more = matching - 1 - siblings.length;
  return (
    <div>
      <dt>Other certificates</dt>
      <dd>
        <ul className={classes.siblings}>
          {siblings.map(({ serialNumber, expiresAt }) => (
            <li key={serialNumber}>
              <code>{serialNumber || 'no serial number'}</code>{' '}
              {expiresAt === null ? (
                'no expiry date'
              ) : (
                <>
                  until <Day at={expiresAt} /> (<Time at={expiresAt} />)
                </>
              )}
            </li>
          ))}
          {more > 0 && <li>and {more.toLocaleString()} expired earlier</li>}
        </ul>
        Recert uses the certificate with the latest expiry.
      </dd>
    </div>
  );
}

/**
 * Shows what happens next if no redistribution is open. For an open redistribution, `Story` shows what happens next.
 */
function Next({
  mac,
  assessment: { profile, state, dueAt },
}: {
  mac: ComputerDetail;
  assessment: Assessment;
}) {
  if (mac.open.some((one) => one.profile === profile)) return null;
  if (state === 'healthy' && dueAt !== null)
    return (
      <>
        Recert renews it automatically from then on (<Time at={dueAt} />
        ).
      </>
    );
  if (state === 'due' || state === 'overdue' || state === 'expired')
    return <>Renewal starts the next time this Mac is assessed.</>;
  return null;
}

function Act({ mac, profile }: { mac: ComputerDetail; profile: string }) {
  const [asking, setAsking] = useState(false);
  const mayAct = useMayAct();
  const explanation = useId();
  const possible = mac.redistribute.find((one) => one.profile === profile);
  const why = mayAct
    ? (possible?.sentence ?? '')
    : 'Your role is viewer. Redistributing requires the operator role.';
  const allowed = mayAct && possible?.allowed === true;
  return (
    <div className={classes.act}>
      <Button
        leftSection={<IconRefresh size={17} stroke={1.8} aria-hidden />}
        disabled={!allowed}
        aria-describedby={explanation}
        onClick={() => setAsking(true)}
      >
        Redistribute
      </Button>
      <span id={explanation} className={classes.why}>
        <Sentence text={allowed ? 'Shows a preview before anything is changed.' : why} />
      </span>
      <RedistributeDialog opened={asking} mac={mac} profile={profile} close={() => setAsking(false)} />
    </div>
  );
}
