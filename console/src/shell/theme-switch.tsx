import { ActionIcon, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import { IconDeviceDesktop, IconMoon, IconSun, type Icon } from '@tabler/icons-react';

const CHOICES: Record<MantineColorScheme, { icon: Icon; label: string; next: MantineColorScheme }> = {
  auto: { icon: IconDeviceDesktop, label: 'Theme: system', next: 'light' },
  light: { icon: IconSun, label: 'Theme: light', next: 'dark' },
  dark: { icon: IconMoon, label: 'Theme: dark', next: 'auto' },
};

/** Button that switches between system, light and dark theme. Mantine stores the choice in the browser. */
export function ThemeSwitch() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { icon: Sign, label, next } = CHOICES[colorScheme];
  const title = `${label}. Switch to ${CHOICES[next].label.toLowerCase()}`;
  return (
    <ActionIcon
      variant="default"
      size="lg"
      aria-label={title}
      title={title}
      onClick={() => setColorScheme(next)}
    >
      <Sign size={18} stroke={1.7} aria-hidden />
    </ActionIcon>
  );
}
