import {
  IconActivityHeartbeat,
  IconClipboardList,
  IconDeviceLaptop,
  IconRefresh,
  type Icon,
} from '@tabler/icons-react';

/** A page that the navigation leads to. */
export interface Place {
  path: string;
  label: string;
  icon: Icon;
}

export const PLACES: readonly Place[] = [
  { path: '/', label: 'Overview', icon: IconActivityHeartbeat },
  { path: '/macs', label: 'Macs', icon: IconDeviceLaptop },
  { path: '/redistributions', label: 'Redistributions', icon: IconRefresh },
  { path: '/audit', label: 'Audit', icon: IconClipboardList },
];

/** Whether `location` is a place or lies below it. */
export function isAt(place: Place, location: string): boolean {
  return place.path === '/'
    ? location === '/'
    : location === place.path || location.startsWith(`${place.path}/`);
}
