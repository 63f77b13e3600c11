import type { Profile } from '../../world/model.js';
import { ClassicFailure } from '../errors.js';

/**
 * PI-827: entities in payloads lose one level of escaping when they are saved, and the next save is a 409.
 * Only saves that carry payloads do it here; whether others do is not known.
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
