/** Minimum length of a reason, in characters. The API enforces the same limit. */
export const MIN_REASON_LENGTH = 8;
