import {
  IconActivityHeartbeat,
  IconAlertTriangle,
  IconCertificate,
  IconClipboardList,
  IconDeviceLaptop,
  IconRefresh,
  IconSettings,
  IconWebhook,
  type Icon,
} from '@tabler/icons-react';

/** A page that the navigation leads to. */
export interface Place {
  path: string;
  label: string;
  /** The key that leads there, after `g`. */
  key: string;
  icon: Icon;
  /** Least role that may see it, where not everybody may. */
  role?: 'admin';
}

/** What is at hand also on a phone, in the hour of need. */
export const FIRST: readonly Place[] = [
  { path: '/', label: 'Overview', key: 'o', icon: IconActivityHeartbeat },
  { path: '/macs', label: 'Macs', key: 'm', icon: IconDeviceLaptop },
  { path: '/redistributions', label: 'Redistributions', key: 'r', icon: IconRefresh },
  { path: '/failures', label: 'Failures', key: 'f', icon: IconAlertTriangle },
];

/** What explains the rest. */
export const MORE: readonly Place[] = [
  { path: '/profiles', label: 'Profiles', key: 'p', icon: IconCertificate },
  { path: '/events', label: 'Events', key: 'e', icon: IconWebhook },
  { path: '/audit', label: 'Audit', key: 'a', icon: IconClipboardList },
  { path: '/settings', label: 'Settings', key: 's', icon: IconSettings, role: 'admin' },
];

/** Whether `location` is a place or lies below it. */
export function isAt(place: Place, location: string): boolean {
  return place.path === '/'
    ? location === '/'
    : location === place.path || location.startsWith(`${place.path}/`);
}
