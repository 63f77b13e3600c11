import { Checkbox } from '@mantine/core';
import type { RedistributeRequest } from '../api/answers.js';
import { useOverview } from '../api/queries.js';
import classes from './rails.module.css';

/** The safety limits that a request can override, with the names of the API. */
export type LimitOverrides = Required<Pick<RedistributeRequest, 'overrideHourlyCap' | 'overrideCanary'>>;

export const NO_OVERRIDES: LimitOverrides = { overrideHourlyCap: false, overrideCanary: false };

/**
 * Checkboxes for the safety limits that a request can override. The checkbox for the canary is shown only while a
 * canary wave is in progress.
 */
export function SafetyLimitOverrides({
  past,
  change,
  instance,
  profile,
  disabled = false,
}: {
  past: LimitOverrides;
  change: (past: LimitOverrides) => void;
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
        label="Ignore the rate limit (certificates per hour)"
        disabled={disabled}
        checked={past.overrideHourlyCap}
        onChange={(event) => change({ ...past, overrideHourlyCap: event.currentTarget.checked })}
      />
      {canary && (
        <Checkbox
          label={`Do not wait for the canary (wave ${canary.wave} in progress)`}
          disabled={disabled}
          checked={past.overrideCanary}
          onChange={(event) => change({ ...past, overrideCanary: event.currentTarget.checked })}
        />
      )}
    </div>
  );
}
