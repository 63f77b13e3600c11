import { z } from 'zod';
import { storedFormat } from '../../json/stored.js';
import { INCIDENT_KINDS, SEVERITIES } from '../../domain/incidents/incident.js';

const recordSchema = z.object({
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
  /** Epoch milliseconds; `null` while the incident is open. */
  closedAt: z.int().nullable(),
  /** Names of the notification channels that report the incident. */
  channels: z.array(z.string()),
});

/** An incident as stored in Redis, with the times at which it was opened and closed. */
export type IncidentRecord = z.output<typeof recordSchema>;

/** Format of a stored incident. */
export const incidentFormat = storedFormat<IncidentRecord>('incident', recordSchema);

/** The phase that was last sent to a channel; `null` when none was sent. */
export const toldSchema = z.enum(['opened', 'recovered']).nullable();
