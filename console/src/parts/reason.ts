/** Least length of a reason: the API says the same, this only says it sooner. */
export const LEAST_REASON = 8;
