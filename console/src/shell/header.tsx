import { ActionIcon, NativeSelect } from '@mantine/core';
import { IconCloudOff, IconLogout, IconServer2 } from '@tabler/icons-react';
import type { Overview, Who } from '../api/answers.js';
import { useInstance } from '../api/instance.js';
import { useSignOut } from '../api/session.js';
import { Pill } from '../parts/pill.js';
import classes from './header.module.css';
import { ThemeSwitch } from './theme-switch.js';
import { TimesSwitch } from './times-switch.js';

/** Which Jamf Pro server this is, whether Recert acts on it, who is looking. `late`: what is shown could not be read again. */
export function Header({ who, overview, late }: { who: Who; overview: Overview | undefined; late: boolean }) {
  const signOut = useSignOut();
  return (
    <header className={classes.header}>
      <WhichInstance />
      <Switches overview={overview} />
      {late && (
        <span className={classes.late} role="status">
          <IconCloudOff size={16} stroke={1.7} aria-hidden /> No answer<span>; trying again</span>
        </span>
      )}
      <span className={classes.rest}>
        <span className={classes.who} title={`Signed in as ${who.name}`}>
          <b>{who.name}</b> <span>{who.role}</span>
        </span>
        <TimesSwitch />
        <ThemeSwitch />
        <ActionIcon
          variant="default"
          size="lg"
          aria-label="Sign out"
          title="Sign out"
          onClick={() => signOut.mutate()}
          loading={signOut.isPending}
        >
          <IconLogout size={18} stroke={1.7} aria-hidden />
        </ActionIcon>
      </span>
    </header>
  );
}

function WhichInstance() {
  const { name, names, show } = useInstance();
  if (names.length < 2)
    return (
      <span className={classes.instance}>
        <IconServer2 size={17} stroke={1.6} aria-hidden />
        <b>{name}</b>
      </span>
    );
  return (
    <NativeSelect
      aria-label="Jamf Pro server"
      size="sm"
      leftSection={<IconServer2 size={17} stroke={1.6} aria-hidden />}
      data={[...names]}
      value={name}
      onChange={(event) => show(event.currentTarget.value)}
    />
  );
}

/** Whether Recert acts: the switches that explain why nothing happens. */
function Switches({ overview }: { overview: Overview | undefined }) {
  const { name } = useInstance();
  const instance = overview?.instances.find((one) => one.name === name);
  if (!instance) return null;
  const acting = instance.profiles.filter(({ mode }) => mode === 'act').length;
  const mixed = acting > 0 && acting < instance.profiles.length;
  return (
    <>
      {acting === 0 ? (
        <Pill tone="held" label="Observing" title="Nothing is written to Jamf: mode is observe." />
      ) : (
        <Pill
          tone="move"
          label={mixed ? `Acting on ${acting} of ${instance.profiles.length}` : 'Acting'}
          title="Profiles are redistributed when they are due: mode is act."
        />
      )}
      {instance.paused && (
        <Pill
          tone="late"
          label="Paused"
          title={`Paused by ${instance.paused.by}: ${instance.paused.reason}`}
        />
      )}
    </>
  );
}
