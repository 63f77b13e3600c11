import { ActionIcon, NativeSelect } from '@mantine/core';
import { IconCloudOff, IconDevicesX, IconLogout, IconServer2 } from '@tabler/icons-react';
import type { Overview, Who } from '../api/answers.js';
import { useInstance } from '../api/instance.js';
import { useSignOut } from '../api/session.js';
import { Pill } from '../components/status/pill.js';
import classes from './header.module.css';
import { serverState } from './server-state.js';
import { ThemeSwitch } from './theme-switch.js';
import { TimesSwitch } from './times-switch.js';

/**
 * Shows the selected Jamf Pro server, its mode and the signed-in user. With `late`, the last refresh failed, so
 * the data may be out of date.
 */
export function Header({ who, overview, late }: { who: Who; overview: Overview | undefined; late: boolean }) {
  return (
    <header className={classes.header}>
      <InstancePicker />
      {late ? (
        <span className={classes.late} role="status">
          <IconCloudOff size={16} stroke={1.7} aria-hidden /> Disconnected
          <span>. Data may be out of date; reconnecting…</span>
        </span>
      ) : (
        <StatePill overview={overview} />
      )}
      <span className={classes.rest}>
        <span className={classes.who} title={`Signed in as ${who.name}`}>
          <b>{who.name}</b> <span>{who.role}</span>
        </span>
        <TimesSwitch />
        <ThemeSwitch />
        <SignOutButton
          label="Sign out everywhere"
          title="Sign out everywhere: end your sessions in all browsers"
          icon={IconDevicesX}
          everywhere
        />
        <SignOutButton label="Sign out" title="Sign out" icon={IconLogout} />
      </span>
    </header>
  );
}

function SignOutButton({
  label,
  title,
  icon: Icon,
  everywhere = false,
}: {
  label: string;
  title: string;
  icon: typeof IconLogout;
  everywhere?: boolean;
}) {
  const signOut = useSignOut({ everywhere });
  return (
    <ActionIcon
      variant="default"
      size="lg"
      aria-label={label}
      title={title}
      onClick={() => signOut.mutate()}
      loading={signOut.isPending}
    >
      <Icon size={18} stroke={1.7} aria-hidden />
    </ActionIcon>
  );
}

function InstancePicker() {
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

/** Shows the state of the Jamf Pro server. */
function StatePill({ overview }: { overview: Overview | undefined }) {
  const { name } = useInstance();
  const instance = overview?.instances.find((one) => one.name === name);
  if (!overview || !instance) return null;
  const { tone, label, title } = serverState(instance, overview.queues);
  return <Pill tone={tone} label={label} title={title} />;
}
