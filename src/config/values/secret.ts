import { inspect } from 'node:util';
import { z } from 'zod';

const HIDDEN = '[hidden]';

/**
 * A secret that is not printed by accident: JSON, string interpolation and `util.inspect` all show `[hidden]`.
 * Only `reveal()` returns the value, so that a search for it finds every use of a secret.
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

/** A configuration field for a secret. An empty value is rejected, because it is nearly always an unset variable. */
export function secret() {
  return z
    .string()
    .min(1, 'is empty. Set it, or use the same key with the suffix File to read it from a file')
    .transform((value) => new Secret(value));
}
