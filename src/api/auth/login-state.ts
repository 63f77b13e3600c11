import { z } from 'zod';
import { createSeal } from './sealed-value.js';

const begunSchema = z.object({
  kind: z.literal('begun'),
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  /** Where the person wanted to be. */
  next: z.string(),
});
const refusedSchema = z.object({ kind: z.literal('refused'), sentence: z.string() });
const attemptSchema = z.intersection(
  z.discriminatedUnion('kind', [begunSchema, refusedSchema]),
  z.object({ until: z.number() }),
);

/** A sign-in at the provider that was begun in a browser. */
export type BegunAttempt = z.output<typeof begunSchema>;
/** What a browser knows of its sign-in: that it was begun, or why it was refused. */
export type Attempt = BegunAttempt | z.output<typeof refusedSchema>;

/** How long somebody may take at the provider, second factor and all. */
export const ATTEMPT_LIFE_MS = 10 * 60_000;
/** Browsers keep some four kilobytes in a cookie. */
const MOST_SENTENCE = 1_200;

/** Attempts as they are kept in a cookie, sealed. */
export interface AttemptBook {
  write(attempt: Attempt): string;
  /** `null` when it is none of ours, or too old. */
  read(sealed: string | null): Attempt | null;
}

/** Attempts sealed with what only the receivers of this service know. */
export function createAttemptBook(secret: string, now: () => number): AttemptBook {
  const seal = createSeal(secret, 'sign-in attempt');
  return {
    write(attempt) {
      const short =
        attempt.kind === 'refused'
          ? { ...attempt, sentence: attempt.sentence.slice(0, MOST_SENTENCE) }
          : attempt;
      return seal.close(JSON.stringify({ ...short, until: now() + ATTEMPT_LIFE_MS }));
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
 * Where to go after signing in: a page of ours, whatever was asked for. The queue board is reached by way of the console: a browser does
 * not send a SameSite=Strict cookie with a page that another site has sent it to, and only our own page can open it then.
 */
export function landing(next: string): string {
  const isPage = /^\/(?![/\\])[\x21-\x7e]{0,500}$/u.test(next) && !/^\/(api|webhooks|assets)\b/u.test(next);
  if (!isPage) return '/';
  return /^\/queues(\/|$)/u.test(next) ? '/?next=%2Fqueues' : next;
}
