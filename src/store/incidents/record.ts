import { z } from 'zod';
import { INCIDENT_KINDS, SEVERITIES } from '../../domain/incidents/incident.js';

/** Schema of a stored incident. */
export const recordSchema = z.object({
  id: z.string(),
  incident: z.object({
    key: z.string(),
    kind: z.enum(INCIDENT_KINDS),
    severity: z.enum(SEVERITIES),
    instance: z.string().nullable(),
    title: z.string(),
    text: z.string(),
    path: z.string(),
  }),
  openedAt: z.int(),
  /** `null` while it is open. */
  closedAt: z.int().nullable(),
  /** Names of the channels that are notified. */
  channels: z.array(z.string()),
});

/** A stored incident with the times at which it was opened and closed. */
export type IncidentRecord = z.output<typeof recordSchema>;

/** The phase that was last sent to a channel, `null` for none. */
export const toldSchema = z.enum(['opened', 'recovered']).nullable();
