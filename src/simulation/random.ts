/** Independent random streams. The fleet stays the same even if policies draw random numbers in a different order. */
export const STREAM = {
  habit: 1,
  zone: 2,
  phase: 3,
  present: 4,
  begins: 5,
  lasts: 6,
  away: 7,
  awayFrom: 8,
  rolledOut: 9,
  reported: 10,
  lostPush: 11,
  slow: 12,
  delay: 13,
  enrolment: 14,
  issuedAnyway: 15,
  lostWebhook: 16,
  command: 17,
} as const;

type Stream = (typeof STREAM)[keyof typeof STREAM];

/** Returns a number in [0, 1) that depends only on the arguments, mixed with the MurmurHash3 finalizer. */
export function roll(seed: number, mac: number, stream: Stream, n: number): number {
  let hash = mix(seed ^ 0x9e3779b9);
  hash = mix(hash ^ mac);
  hash = mix(hash ^ stream);
  hash = mix(hash ^ n);
  return (hash >>> 0) / 2 ** 32;
}

function mix(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) + 0x6d2b79f5;
}
