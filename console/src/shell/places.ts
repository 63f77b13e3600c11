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
  icon: Icon;
  /** Least role that may see it, where not everybody may. */
  role?: 'admin';
}

/** What is at hand also on a phone, in the hour of need. */
export const FIRST: readonly Place[] = [
  { path: '/', label: 'Overview', icon: IconActivityHeartbeat },
  { path: '/macs', label: 'Macs', icon: IconDeviceLaptop },
  { path: '/redistributions', label: 'Redistributions', icon: IconRefresh },
  { path: '/failures', label: 'Failures', icon: IconAlertTriangle },
];

/** What explains the rest. */
export const MORE: readonly Place[] = [
  { path: '/profiles', label: 'Profiles', icon: IconCertificate },
  { path: '/events', label: 'Events', icon: IconWebhook },
  { path: '/audit', label: 'Audit', icon: IconClipboardList },
  { path: '/settings', label: 'Settings', icon: IconSettings, role: 'admin' },
];

/** Whether `location` is a place or lies below it. */
export function isAt(place: Place, location: string): boolean {
  return place.path === '/'
    ? location === '/'
    : location === place.path || location.startsWith(`${place.path}/`);
}
