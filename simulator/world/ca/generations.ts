import { keysOfCa, type KeyPair } from './keys.js';

const YEAR_MS = 365 * 86_400_000;
/** Lifetime of the first generation, which has existed for a year when the simulation starts. */
const FIRST_LIFETIME_MS = 3.5 * YEAR_MS;
/** Lifetime that Okta gives to a CA. */
const LIFETIME_MS = 5 * YEAR_MS;

/** A key pair of the CA with its certificate. Times are epoch milliseconds. */
export interface Generation {
  readonly keys: KeyPair;
  readonly serialNumber: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** The generations of the CA, and which of them issues. */
interface Generations {
  /** All generations, oldest first. */
  all(): readonly Generation[];
  newest(): Generation;
  /** The generation that the SCEP configuration issues from. */
  issuing(): Generation;
  /** The generation that issued a certificate. Certificates of the initial fleet are from the first one. */
  issuerOf(serialNumber: string): Generation;
  add(createdAt: number, serialNumber: string): void;
  /** Lets the SCEP configuration issue from the newest generation. */
  rollOver(): void;
  noteIssued(serialNumber: string): void;
}

/** Creates the generations with the first one. Its key pair is generated when it is needed. */
export function createGenerations(serialNumber: string, createdAt: number): Generations {
  const create = (number: number, serial: string, at: number): Generation => ({
    get keys() {
      return keysOfCa(number);
    },
    serialNumber: serial,
    createdAt: at,
    expiresAt: at + (number === 0 ? FIRST_LIFETIME_MS : LIFETIME_MS),
  });
  const first = create(0, serialNumber, createdAt);
  const all = [first];
  const issuers = new Map<string, Generation>();
  let issuing = first;
  const newest = () => all.at(-1) ?? first;
  return {
    all: () => all,
    newest,
    issuing: () => issuing,
    issuerOf: (serial) => issuers.get(serial) ?? first,
    add: (at, serial) => void all.push(create(all.length, serial, at)),
    rollOver: () => (issuing = newest()),
    noteIssued: (serial) => {
      if (issuing !== first) issuers.set(serial, issuing);
    },
  };
}
