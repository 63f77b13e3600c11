import { IconArrowRight } from '@tabler/icons-react';
import type { RedistributionDetail } from '../api/answers.js';
import { Day, Time } from '../components/time/time.js';
import classes from './proof.module.css';

/** Shows the old and the new certificate next to each other: the evidence that the certificate was renewed. */
export function Proof({
  before,
  proof,
}: {
  before: RedistributionDetail['before'];
  proof: NonNullable<RedistributionDetail['proof']>;
}) {
  return (
    <div className={classes.proof} aria-label="Verification" role="group">
      <Certificate name="Before" serialNumber={before.serialNumber} expiresAt={before.expiresAt} />
      <IconArrowRight size={20} stroke={1.7} aria-hidden className={classes.arrow} />
      <Certificate name="Now" serialNumber={proof.serialNumber} expiresAt={proof.expiresAt} fresh />
      <p className={classes.seen}>
        Confirmed by the {proof.source === 'status' ? 'declarative status' : 'inventory report'} of{' '}
        <Time at={proof.reportedAt} />
        {proof.credit === 'jamf' && '; renewed by the Redistribute Profile setting of Jamf Pro'}
        {proof.credit === 'other' && '; renewed by something other than Recert'}.
      </p>
    </div>
  );
}

function Certificate({
  name,
  serialNumber,
  expiresAt,
  fresh = false,
}: {
  name: string;
  serialNumber: string;
  expiresAt: number | null;
  fresh?: boolean;
}) {
  return (
    <div className={classes.certificate} data-fresh={fresh}>
      <span className={classes.name}>{name}</span>
      {serialNumber === '' ? (
        <span>no certificate</span>
      ) : (
        <>
          <code>{serialNumber}</code>
          <span>
            {expiresAt === null ? (
              'expiry unknown'
            ) : (
              <>
                until <Day at={expiresAt} />
              </>
            )}
          </span>
        </>
      )}
    </div>
  );
}
