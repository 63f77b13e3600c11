import { Checkbox } from '@mantine/core';
import type { RedistributeRequest } from '../api/answers.js';
import { useOverview } from '../api/queries.js';
import classes from './rails.module.css';

/** The rails that a person may go past, as the API has them. */
export type Past = Required<Pick<RedistributeRequest, 'overrideHourlyCap' | 'overrideCanary'>>;

/** Past none of them. */
export const PAST_NONE: Past = { overrideHourlyCap: false, overrideCanary: false };

/** The rails that a person may go past with a reason; of the canary only while a wave is under way. */
export function PastRails({
  past,
  change,
  instance,
  profile,
  disabled = false,
}: {
  past: Past;
  change: (past: Past) => void;
  instance: string;
  profile: string;
  disabled?: boolean;
}) {
  const canary = useOverview()
    .data?.instances.find(({ name }) => name === instance)
    ?.profiles.find(({ name }) => name === profile)?.canary;
  return (
    <div className={classes.rails}>
      <Checkbox
        label="Go past the hourly cap on new certificates"
        disabled={disabled}
        checked={past.overrideHourlyCap}
        onChange={(event) => change({ ...past, overrideHourlyCap: event.currentTarget.checked })}
      />
      {canary && (
        <Checkbox
          label={`Do not wait for the canary (wave ${canary.wave} is under way)`}
          disabled={disabled}
          checked={past.overrideCanary}
          onChange={(event) => change({ ...past, overrideCanary: event.currentTarget.checked })}
        />
      )}
    </div>
  );
}
