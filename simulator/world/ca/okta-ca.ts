import type { SimulatorOptions } from '../../options.js';
import type { Clock } from '../clock.js';
import type { CaGeneration, CertificateAuthority } from '../contracts/mdm.js';
import type { KeychainCertificate } from '../model.js';
import type { Random } from '../random.js';
import { WorldError } from '../refusal.js';
import { wholeSecond } from '../seconds.js';
import { createGenerations, type Generation } from './generations.js';
import type { KeyPair } from './keys.js';
import { createSystemLog } from './system-log.js';
import { keyIdentifierOf, signCertificate, type Name } from './x509.js';

const DAY_MS = 86_400_000;

interface OktaCaOptions {
  clock: Clock;
  random: Random;
  issuer: Name;
  certificateOf: (serialNumber: string) => KeychainCertificate | undefined;
}

/** The part of the CA that Okta administers: its generations, its SCEP configuration, revocation and the System Log. */
interface OktaCa
  extends
    Pick<
      CertificateAuthority,
      'scepPath' | 'caCertificate' | 'revoked' | 'revoke' | 'bind' | 'generations' | 'renew' | 'rollOver'
    >,
    Pick<CertificateAuthority, 'configuration' | 'systemLog'> {
  noteSecretReset(): void;
  noteIssued(serialNumber: string): void;
  /** The keys of the generation that issued a certificate. */
  issuerOf(serialNumber: string): KeyPair;
}

/** Creates the CA with one generation, which issued the certificates of the initial fleet. */
export function createOktaCa({ clock, random, issuer, certificateOf }: OktaCaOptions): OktaCa {
  const authorityId = random.hex(40).toUpperCase();
  const id = `rac${random.hex(20).slice(3)}`;
  const createdAt = wholeSecond(clock.now() - 370 * DAY_MS);
  const nextSerial = () => BigInt(`0x4${random.hex(31)}`).toString();
  const generations = createGenerations(nextSerial(), createdAt);
  const log = createSystemLog(clock, { authorityId, configurationId: id });
  const revoked = new Set<string>();
  let updatedAt = createdAt;
  const issued = (serialNumber: string) => {
    const certificate = certificateOf(serialNumber);
    if (certificate) return certificate;
    throw new WorldError('not-found', `the CA has not issued a certificate ${serialNumber}`);
  };
  return {
    scepPath: `/pki/${authorityId}/scep/${id}`,
    caCertificate: () => Promise.resolve(signForCa(generations.issuing(), issuer)),
    revoked,
    revoke: (serialNumber) => {
      log.certificate('revoke', issued(serialNumber));
      revoked.add(serialNumber);
    },
    bind: (serialNumber) => {
      log.certificate('bind', issued(serialNumber));
    },
    generations: () => generations.all().map(describe),
    renew: () => {
      const before = keyIdOf(generations.newest());
      generations.add(wholeSecond(clock.now()), nextSerial());
      log.renewed(before, keyIdOf(generations.newest()));
    },
    rollOver: () => {
      generations.rollOver();
      updatedAt = clock.now();
      log.rolledOver(keyIdOf(generations.issuing()));
    },
    configuration: () => ({ id, authorityId, keyId: keyIdOf(generations.issuing()), createdAt, updatedAt }),
    systemLog: () => log.all(),
    noteSecretReset: () => {
      log.secretReset();
    },
    noteIssued: (serialNumber) => {
      generations.noteIssued(serialNumber);
    },
    issuerOf: (serialNumber) => generations.issuerOf(serialNumber).keys,
  };
}

/** The name of the CA in its certificates. */
export function issuerName({ institution }: SimulatorOptions): Name {
  return [
    ['O', institution],
    ['CN', 'Organization Intermediate Authority'],
  ];
}

function keyIdOf({ keys }: Generation): string {
  return keyIdentifierOf(keys.publicKey);
}

function describe(generation: Generation): CaGeneration {
  const { keys, createdAt, expiresAt } = generation;
  return { keyId: keyIdOf(generation), publicKey: keys.publicKey, createdAt, expiresAt };
}

function signForCa({ serialNumber, createdAt, expiresAt, keys }: Generation, issuer: Name): Buffer {
  return signCertificate({
    serialNumber,
    subject: issuer,
    issuer,
    notBeforeAt: createdAt,
    notAfterAt: expiresAt,
    subjectKey: keys.publicKey,
    issuerKeys: keys,
    authority: true,
  });
}
