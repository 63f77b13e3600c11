/** Minimum length of a reason, characters. The API enforces the same limit. */
export const LEAST_REASON = 8;
