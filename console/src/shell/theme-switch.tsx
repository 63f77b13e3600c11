import { ActionIcon, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import { IconDeviceDesktop, IconMoon, IconSun, type Icon } from '@tabler/icons-react';

const CHOICES: Record<MantineColorScheme, { icon: Icon; label: string; next: MantineColorScheme }> = {
  auto: { icon: IconDeviceDesktop, label: 'Colours as the system has them', next: 'light' },
  light: { icon: IconSun, label: 'Light colours', next: 'dark' },
  dark: { icon: IconMoon, label: 'Dark colours', next: 'auto' },
};

/** Goes round: as the system, light, dark. The browser remembers it. */
export function ThemeSwitch() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { icon: Sign, label, next } = CHOICES[colorScheme];
  const says = `${label}. Change to: ${CHOICES[next].label.toLowerCase()}`;
  return (
    <ActionIcon
      variant="default"
      size="lg"
      aria-label={says}
      title={says}
      onClick={() => setColorScheme(next)}
    >
      <Sign size={18} stroke={1.7} aria-hidden />
    </ActionIcon>
  );
}
