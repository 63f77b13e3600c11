import { z } from 'zod';
import { createSeal } from './sealed-value.js';

const begunSchema = z.object({
  kind: z.literal('begun'),
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  /** Path of the console page that opens after the sign-in. */
  next: z.string(),
});
const refusedSchema = z.object({ kind: z.literal('refused'), sentence: z.string() });
const attemptSchema = z.intersection(
  z.discriminatedUnion('kind', [begunSchema, refusedSchema]),
  z.object({ until: z.number() }),
);

/** A sign-in at the identity provider that a browser has started and not completed yet. */
export type StartedLogin = z.output<typeof begunSchema>;
/**
 * Content of the sign-in cookie of a browser: a sign-in that was started, or the reason why the last sign-in was
 * refused.
 */
export type LoginState = StartedLogin | z.output<typeof refusedSchema>;

/** Maximum duration of a sign-in at the identity provider, including the second factor, milliseconds. */
export const LOGIN_STATE_TTL_MS = 10 * 60_000;
/**
 * Maximum length of the refusal reason in the cookie, in characters. The limit is needed because browsers accept only
 * cookies of up to about 4 KB.
 */
const MAX_SENTENCE_LENGTH = 1_200;

/** Encrypts the state of a sign-in for the cookie, and decrypts it again. */
export interface LoginStates {
  write(attempt: LoginState): string;
  /** Returns `null` when the cookie is absent, invalid or too old. */
  read(sealed: string | null): LoginState | null;
}

/** Derives the encryption key from `secret`, so all receivers with the same configuration can read the cookies. */
export function createLoginStates(secret: string, now: () => number): LoginStates {
  const seal = createSeal(secret, 'sign-in attempt');
  return {
    write(attempt) {
      const short =
        attempt.kind === 'refused'
          ? { ...attempt, sentence: attempt.sentence.slice(0, MAX_SENTENCE_LENGTH) }
          : attempt;
      return seal.close(JSON.stringify({ ...short, until: now() + LOGIN_STATE_TTL_MS }));
    },
    read(sealed) {
      const text = sealed === null ? null : seal.open(sealed);
      if (text === null) return null;
      const attempt = attemptSchema.parse(JSON.parse(text));
      return attempt.until > now() ? attempt : null;
    },
  };
}

/**
 * Returns the page to open after the sign-in. Any value that is not a path of the console becomes `/` (no open
 * redirects). For the queue board, the console opens first and then opens the board: browsers do not send a
 * SameSite=Strict cookie when another site redirects to a page, so the board itself would ask the user to sign in
 * again.
 */
export function landing(next: string): string {
  const isPage = /^\/(?![/\\])[\x21-\x7e]{0,500}$/u.test(next) && !/^\/(api|webhooks|assets)\b/u.test(next);
  if (!isPage) return '/';
  return /^\/queues(\/|$)/u.test(next) ? '/?next=%2Fqueues' : next;
}
