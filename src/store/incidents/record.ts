import { z } from 'zod';
import { INCIDENT_KINDS, SEVERITIES } from '../../domain/incidents/incident.js';

/** An incident as Redis has it. */
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
  /** Names of the channels on which it is told. */
  channels: z.array(z.string()),
});

/** An incident as it was found, with its beginning and end. */
export type IncidentRecord = z.output<typeof recordSchema>;

/** What a channel was told last, `null` when nothing yet. */
export const toldSchema = z.enum(['opened', 'recovered']).nullable();
