import { Button } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useId, useState } from 'react';
import type { ComputerDetail } from '../api/answers.js';
import { useMayAct } from '../api/session.js';
import { Card } from '../parts/card.js';
import { Lifeline } from '../parts/lifeline.js';
import { MacPill } from '../parts/pill.js';
import { Day, Time } from '../parts/time.js';
import classes from './certificate-card.module.css';
import { RedistributeDialog } from './redistribute-dialog.js';

type Assessment = ComputerDetail['assessments'][number];

/** The certificate of one watched profile on a Mac, and the button that renews it. */
export function CertificateCard({ mac, assessment }: { mac: ComputerDetail; assessment: Assessment }) {
  const { profile, state, sentence, certificate, dueAt } = assessment;
  return (
    <Card title={`Certificate of ${profile}`} aside={<MacPill state={state} />}>
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

/** Others that match beside the one that counts: an old half that is still there, duplicates, expired leftovers. */
function Siblings({ assessment: { siblings, matching } }: { assessment: Assessment }) {
  if (matching < 2) return null;
  const more = matching - 1 - siblings.length;
  return (
    <div>
      <dt>Siblings</dt>
      <dd>
        <ul className={classes.siblings}>
          {siblings.map(({ serialNumber, expiresAt }) => (
            <li key={serialNumber}>
              <code>{serialNumber || 'no serial number'}</code>{' '}
              {expiresAt === null ? (
                'without an expiry date'
              ) : (
                <>
                  until <Day at={expiresAt} /> (<Time at={expiresAt} />)
                </>
              )}
            </li>
          ))}
          {more > 0 && <li>and {more.toLocaleString()} that ended before</li>}
        </ul>
        The one that expires last counts.
      </dd>
    </div>
  );
}

/** When time alone leads to the next step. With a redistribution under way, its own card says what is next. */
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
        Recert redistributes the profile by itself from then on (<Time at={dueAt} />
        ).
      </>
    );
  if (state === 'due' || state === 'overdue' || state === 'expired')
    return <>A redistribution is opened at the next look at this Mac.</>;
  return null;
}

function Act({ mac, profile }: { mac: ComputerDetail; profile: string }) {
  const [asking, setAsking] = useState(false);
  const mayAct = useMayAct();
  const explanation = useId();
  const possible = mac.redistribute.find((one) => one.profile === profile);
  const why = mayAct ? (possible?.sentence ?? '') : 'You are a viewer: an operator may redistribute.';
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
        {allowed ? 'Shows what would happen first.' : why}
      </span>
      <RedistributeDialog opened={asking} mac={mac} profile={profile} close={() => setAsking(false)} />
    </div>
  );
}
