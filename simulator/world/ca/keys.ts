import { generateKeyPair, generateKeyPairSync, type KeyObject } from 'node:crypto';

export interface KeyPair {
  publicKey: KeyObject;
  privateKey: KeyObject;
}

const RSA = { modulusLength: 2048 };

/** A new RSA-2048 pair; blocks for some tenths of a second. */
export function createKeys(): KeyPair {
  return generateKeyPairSync('rsa', RSA);
}

type Owner = 'the CA' | 'the Macs';
/** Kept for the whole process: a world that is built for one test would spend most of its time on them. */
const pairs = new Map<Owner, KeyPair>();

function keysOf(owner: Owner): KeyPair {
  const known = pairs.get(owner);
  if (known) return known;
  const made = createKeys();
  pairs.set(owner, made);
  return made;
}

/** The pair that the CA signs with. */
export const keysOfCa = (): KeyPair => keysOf('the CA');

/** The pair that all Macs share: nobody can tell, and 10,000 would take an hour to make. */
export const keysOfMacs = (): KeyPair => keysOf('the Macs');

/** Makes both pairs on another thread, before they are needed: making them then would hold up a running server. */
export function prepareKeys(): void {
  for (const owner of ['the CA', 'the Macs'] as const) {
    if (pairs.has(owner)) continue;
    generateKeyPair('rsa', RSA, (error, publicKey, privateKey) => {
      // Without them, createKeys will say what is wrong when they are needed.
      if (!error && !pairs.has(owner)) pairs.set(owner, { publicKey, privateKey });
    });
  }
}
