import type { Profile } from '../../world/model.js';
import { ClassicFailure } from '../errors.js';

/**
 * Simulates the Jamf Pro product issue PI-827: a save of payloads with XML entities removes one level of escaping,
 * and the next save fails with 409. Jamf does not document which saves are affected. The simulator damages only
 * saves that contain payloads.
 */
export function createPayloadDamage() {
  const damaged = new Set<number>();
  const ENTITY = /&(amp|lt|gt|quot|apos);/g;
  const CHARACTERS: Readonly<Record<string, string>> = {
    '&amp;': '&',
    '&lt;': '<',
    '&gt;': '>',
    '&quot;': '"',
    '&apos;': "'",
  };
  return {
    save(id: number, payloads: string): void {
      if (damaged.has(id)) throw new ClassicFailure(409, 'Unable to update the database');
      if (new RegExp(ENTITY).test(payloads)) damaged.add(id);
    },
    read: ({ id, payloads }: Profile): string =>
      damaged.has(id) ? payloads.replace(ENTITY, (entity) => CHARACTERS[entity] ?? entity) : payloads,
  };
}
