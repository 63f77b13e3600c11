import { z } from 'zod';
import { isTimeZone } from '../../domain/redistribution/safety-limits/maintenance-window.js';

/** Schema of a field with a time of day, `HH:MM`. */
export function clockTime() {
  return z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'write a time of day like 22:00');
}

/** Schema of a field with the name of a time zone from the IANA database. */
export function timeZone() {
  return z.string().refine(isTimeZone, 'is not a time zone. Use an IANA name such as Europe/Berlin');
}
