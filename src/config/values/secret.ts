import { inspect } from 'node:util';
import { z } from 'zod';

const HIDDEN = '[hidden]';

/**
 * A secret that cannot be printed by accident: JSON, string interpolation and `util.inspect` all show `[hidden]`.
 * Only `reveal()` gives the value, so every place that uses one can be found by its name.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [inspect.custom](): string {
    return HIDDEN;
  }
}

/** A configuration field that holds a secret. An empty one is refused: it is nearly always a variable that was not set. */
export function secret() {
  return z
    .string()
    .min(1, 'is empty: set it, or name a file with the same key and File behind it')
    .transform((value) => new Secret(value));
}
