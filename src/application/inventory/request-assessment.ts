import type { HintReason, Ports } from '../ports.js';

/** The ports that a request for an assessment uses. */
export interface AssessmentPorts {
  hints: Pick<Ports['hints'], 'add'>;
  producers: Pick<Ports['producers'], 'wakeAssess'>;
  now: () => number;
}

/** Adds Macs to the assessment backlog, and requests an `assess` job if necessary. */
export async function requestAssessment(
  { hints, producers, now }: AssessmentPorts,
  instance: string,
  ids: Iterable<string>,
  hint: { reason: HintReason; ripeAt: number },
): Promise<void> {
  const wakeAt = await hints.add(instance, [...ids], hint);
  if (wakeAt !== null) await producers.wakeAssess(instance, wakeAt - now());
}
