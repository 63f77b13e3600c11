import {
  IconActivityHeartbeat,
  IconAlertTriangle,
  IconCertificate,
  IconChecklist,
  IconClipboardList,
  IconDeviceLaptop,
  IconRefresh,
  IconSettings,
  IconWebhook,
  type Icon,
} from '@tabler/icons-react';

/** A page to which the navigation has a link. */
export interface Place {
  path: string;
  label: string;
  /** The keyboard shortcut of the page is `g`, followed by this key. */
  key: string;
  icon: Icon;
  /** Minimum role; if it is not set, the page is visible to all roles. */
  role?: 'admin';
}

/** Pages that a phone shows directly in its bottom bar. These are the pages that are needed during an incident. */
export const FIRST: readonly Place[] = [
  { path: '/', label: 'Overview', key: 'o', icon: IconActivityHeartbeat },
  { path: '/macs', label: 'Macs', key: 'm', icon: IconDeviceLaptop },
  { path: '/redistributions', label: 'Redistributions', key: 'r', icon: IconRefresh },
  { path: '/failures', label: 'Failures', key: 'f', icon: IconAlertTriangle },
];

/** Pages that a phone shows behind *More*. */
export const MORE: readonly Place[] = [
  { path: '/profiles', label: 'Profiles', key: 'p', icon: IconCertificate },
  { path: '/events', label: 'Events', key: 'e', icon: IconWebhook },
  { path: '/audit', label: 'Audit log', key: 'a', icon: IconClipboardList },
  { path: '/setup', label: 'Set-up', key: 'u', icon: IconChecklist },
  { path: '/settings', label: 'Settings', key: 's', icon: IconSettings, role: 'admin' },
];

/** Whether `location` is the path of this page or of a page below it. */
export function isAt(place: Place, location: string): boolean {
  return place.path === '/'
    ? location === '/'
    : location === place.path || location.startsWith(`${place.path}/`);
}
