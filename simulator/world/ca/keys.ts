import { generateKeyPair, generateKeyPairSync, type KeyObject } from 'node:crypto';

/** An RSA key pair. */
export interface KeyPair {
  publicKey: KeyObject;
  privateKey: KeyObject;
}

const RSA = { modulusLength: 2048 };

/** Generates an RSA-2048 key pair. Blocks the thread for some tenths of a second. */
export function createKeys(): KeyPair {
  return generateKeyPairSync('rsa', RSA);
}

type Owner = 'the CA' | `the CA, generation ${number}` | 'the Macs';
/** All worlds of the process share the key pairs, because generating keys takes longer than most tests. */
const pairs = new Map<Owner, KeyPair>();

function keysOf(owner: Owner): KeyPair {
  const known = pairs.get(owner);
  if (known) return known;
  const pair = createKeys();
  pairs.set(owner, pair);
  return pair;
}

/** The signing key pair of a generation of the CA, counted from 0. */
export const keysOfCa = (generation = 0): KeyPair =>
  keysOf(generation === 0 ? 'the CA' : `the CA, generation ${generation}`);

/** The key pair that all Macs share. Generating 10,000 pairs would take an hour, and clients cannot observe the difference. */
export const keysOfMacs = (): KeyPair => keysOf('the Macs');

/** Generates both pairs on another thread in advance, so that a running server does not block later. */
export function prepareKeys(): void {
  for (const owner of ['the CA', 'the Macs'] as const) {
    if (pairs.has(owner)) continue;
    generateKeyPair('rsa', RSA, (error, publicKey, privateKey) => {
      // An error is ignored here: createKeys reports it when a pair is needed.
      if (!error && !pairs.has(owner)) pairs.set(owner, { publicKey, privateKey });
    });
  }
}
