/** How long what is over can still be looked at: closed redistributions (some 3 KB each), and the requests for many that opened them. In ms. */
export const KEPT_MS = 100 * 86_400_000;
