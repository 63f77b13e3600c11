import { createHmac, randomBytes, X509Certificate } from 'node:crypto';
import { z } from 'zod';
import {
  type Attribute,
  attributesIn,
  attributeType,
  subjectText,
} from '../../domain/audit/attribute-type.js';
import { isVariable } from '../../domain/audit/variables.js';
import type { Anchor, ProfileDetails } from '../../domain/profile.js';
import type { ScepSettings } from '../../domain/scep.js';
import { anything, section, text, word } from './coerce.js';
import { readPlist, repairPlist } from './plist.js';

/**
 * A random key for each process. The HMAC of a challenge can be compared within this process and does not reveal
 * the challenge.
 */
const MARK_KEY = randomBytes(32);

const number = z.number().nullable().catch(null);
const toggle = z.boolean().nullable().catch(null);
/**
 * The setting Redistribute Profile of Jamf Pro, in days. Apple does not define this key. Jamf does not document whether
 * the key is in the payload or in its `PayloadContent`, so both are read.
 */
const REDISTRIBUTE = 'RedeployProfileBeforeCertificateExpiresInDays';
const days = z.coerce.number().positive().nullable().catch(null);
const pair = z.tuple([z.string(), z.string()]);

/**
 * Schema of a SCEP payload (developer.apple.com, Device Management, `SCEP.PayloadContent`). `Subject` is a list of
 * RDNs. Each RDN is a list of pairs of attribute type and value.
 */
const contentSchema = section({
  URL: text,
  Name: text,
  Subject: z.array(z.array(pair)).catch([]),
  'Key Type': word,
  Keysize: number,
  'Key Usage': number,
  KeyIsExtractable: toggle,
  AllowAllAppsAccess: toggle,
  Challenge: text,
  CAFingerprint: anything,
  [REDISTRIBUTE]: days,
});

const payloadSchema = z.object({
  PayloadType: z.literal('com.apple.security.scep'),
  PayloadUUID: word,
  PayloadContent: contentSchema,
  [REDISTRIBUTE]: days,
});

const certificateSchema = z.object({
  PayloadType: z.enum(['com.apple.security.root', 'com.apple.security.pkcs1', 'com.apple.security.pem']),
  PayloadContent: text,
});

const preferenceSchema = z.object({
  PayloadType: z.literal('com.apple.security.identitypreference'),
  PayloadCertificateUUID: word,
});

const rootSchema = z.object({ PayloadContent: z.array(anything), PayloadIdentifier: word });

/**
 * Returns an HMAC of a challenge (`ScepSettings.challengeMark`). Equal challenges have equal HMACs within this process.
 */
export function markOf(challenge: string): string {
  return createHmac('sha256', MARK_KEY).update(challenge).digest('base64url');
}

/** The SCEP payloads of a profile; `scep` is null if the text cannot be parsed. */
export interface ReadPayloads extends Pick<ProfileDetails, 'anchors' | 'identityPreference'> {
  scep: readonly ScepSettings[] | null;
  /** Identifier of the profile on the Mac; `''` if it cannot be read. */
  identifier: string;
  /** True if the XML entities lack a level of escaping, or have one too many. */
  damaged: boolean;
}

/**
 * Reads the settings of all SCEP payloads in the property list of a profile, without the challenges. Returns
 * `null` if the text cannot be parsed.
 */
export function scepIn(payloads: string): readonly ScepSettings[] | null {
  return readPayloads(payloads).scep;
}

/** Returns an HMAC of a challenge under a key that all processes share. */
export type Seal = (challenge: string) => string;

/** Creates a `Seal`. `key` must be a secret that is not stored in Redis. */
export function sealWith(key: string): Seal {
  return (challenge) => createHmac('sha256', key).update(challenge).digest('base64url');
}

/** Reads the payloads, even if saving the profile has damaged their XML entities (Jamf product issue PI-827). */
export function readPayloads(payloads: string, seal?: Seal): ReadPayloads {
  const doubled = /^\s*&lt;/.test(payloads);
  const text = doubled ? decodeOnce(payloads) : payloads;
  const strict = rootOf(text);
  const root = strict ?? rootOf(repairPlist(text));
  const scep = root === null ? null : settingsIn(root, seal);
  const entityInText = scep !== null && /&amp;(?:amp|lt|gt|quot|apos|#\d+);/.test(text);
  return {
    scep,
    identifier: root?.PayloadIdentifier ?? '',
    damaged: scep !== null && (doubled || strict === null || entityInText),
    anchors: root?.PayloadContent.flatMap(anchorsIn),
    identityPreference: root === null ? undefined : prefersIdentity(root),
  };
}

const CHARACTERS: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decodeOnce(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|apos);/g, (entity, name: string) => CHARACTERS[name] ?? entity);
}

type Root = z.output<typeof rootSchema>;

function rootOf(payloads: string): Root | null {
  const parsed = rootSchema.safeParse(readPlist(payloads));
  return parsed.success ? parsed.data : null;
}

function settingsIn({ PayloadContent }: Root, seal?: Seal): ScepSettings[] {
  return PayloadContent.flatMap((payload) => {
    const scep = payloadSchema.safeParse(payload);
    return scep.success ? [settingsOf(scep.data, seal)] : [];
  });
}

/** Returns the certificate of a certificate payload; none for another payload, or if it cannot be parsed. */
function anchorsIn(payload: unknown): Anchor[] {
  const { data } = certificateSchema.safeParse(payload);
  if (!data) return [];
  try {
    const { subject, fingerprint256 } = new X509Certificate(Buffer.from(data.PayloadContent, 'base64'));
    return [{ subject, fingerprint: fingerprint256 }];
  } catch {
    return [];
  }
}

function prefersIdentity({ PayloadContent }: Root): boolean {
  const preferred = PayloadContent.flatMap((one) => preferenceSchema.safeParse(one).data ?? []);
  const scep = PayloadContent.flatMap((one) => payloadSchema.safeParse(one).data ?? []);
  return preferred.some(({ PayloadCertificateUUID: id }) =>
    scep.some(({ PayloadUUID }) => PayloadUUID !== '' && PayloadUUID.toLowerCase() === id.toLowerCase()),
  );
}

function settingsOf(
  { PayloadContent: content, [REDISTRIBUTE]: redistributeDays }: z.output<typeof payloadSchema>,
  seal?: Seal,
): ScepSettings {
  const { Challenge: challenge } = content;
  const attributes = content.Subject.flat().flatMap(splitAttribute);
  return {
    url: content.URL,
    name: content.Name,
    subject: subjectText(attributes),
    attributes,
    keyType: content['Key Type'],
    keySize: content.Keysize,
    keyUsage: content['Key Usage'],
    extractable: content.KeyIsExtractable,
    allAppsAccess: content.AllowAllAppsAccess,
    redistributeDays: content[REDISTRIBUTE] ?? redistributeDays,
    challenge: challenge === '' ? 'none' : isVariable(challenge.trim()) ? 'variable' : 'static',
    challengeMark: challenge === '' ? null : markOf(challenge),
    ...(content.CAFingerprint === undefined || content.CAFingerprint === '' ? {} : { caFingerprint: true }),
    ...(challenge === '' || !seal ? {} : { challengeSeal: seal(challenge) }),
  };
}

/** Splits a subject that was entered as one text in its first attribute: `CN` with the value `a,OU=b` gives two attributes. */
function splitAttribute([type, value]: [string, string]): Attribute[] {
  const [first, ...others] = attributesIn(`CN=${value}`);
  return [[attributeType(type), first?.[1] ?? ''], ...others];
}
