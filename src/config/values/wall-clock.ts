import { z } from 'zod';
import { isTimeZone } from '../../domain/redistribution/safety-limits/maintenance-window.js';

/** A configuration field that holds a time of day, `HH:MM`. */
export function clockTime() {
  return z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'write a time of day like 22:00');
}

/** A configuration field that holds a name of the IANA time zone database. */
export function timeZone() {
  return z.string().refine(isTimeZone, 'is no time zone: write one like Europe/Berlin');
}
