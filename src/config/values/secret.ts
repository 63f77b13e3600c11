import { inspect } from 'node:util';
import { z } from 'zod';

const HIDDEN = '[hidden]';

/**
 * A secret that cannot be printed by accident: JSON, string interpolation and `util.inspect` all show `[hidden]`.
 * Only `reveal()` returns the value, so a search for `reveal` finds every use of a secret.
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

/** Schema of a field with a secret. An empty value is rejected, because an unset environment variable is the usual cause. */
export function secret() {
  return z
    .string()
    .min(1, 'is empty. Set a value, or use the same key with the suffix File to read the value from a file')
    .transform((value) => new Secret(value));
}
