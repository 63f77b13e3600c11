import { ActionIcon } from '@mantine/core';
import { IconClock, IconHourglass } from '@tabler/icons-react';
import { switchTimes, useTimes } from '../parts/times.js';

/** Between *3 minutes ago* and the time of the clock, for the whole page. */
export function TimesSwitch() {
  const exact = useTimes() === 'exact';
  const Sign = exact ? IconClock : IconHourglass;
  const says = exact
    ? 'Exact times. Change to: how long ago'
    : 'Times as how long ago. Change to: exact times';
  return (
    <ActionIcon variant="default" size="lg" aria-label={says} title={says} onClick={switchTimes}>
      <Sign size={18} stroke={1.7} aria-hidden />
    </ActionIcon>
  );
}
