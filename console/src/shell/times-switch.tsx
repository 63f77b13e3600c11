import { ActionIcon } from '@mantine/core';
import { IconClock, IconHourglass } from '@tabler/icons-react';
import { switchTimes, useTimes } from '../components/time/time-setting.js';

/** Button that switches all times between relative (*3 minutes ago*) and exact. */
export function TimesSwitch() {
  const exact = useTimes() === 'exact';
  const Sign = exact ? IconClock : IconHourglass;
  const title = exact
    ? 'Showing exact times. Switch to relative times'
    : 'Showing relative times. Switch to exact times';
  return (
    <ActionIcon variant="default" size="lg" aria-label={title} title={title} onClick={switchTimes}>
      <Sign size={18} stroke={1.7} aria-hidden />
    </ActionIcon>
  );
}
