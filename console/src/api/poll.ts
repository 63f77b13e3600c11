/** How often what is on the screen is read again. Server-sent events replace this in time. */
export const POLL_MS = 2_000;
