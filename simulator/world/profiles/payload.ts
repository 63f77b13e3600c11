import { build, parse as parsePlist, type PlistValue } from 'plist';
import type { Profile, ScepSettings } from '../model.js';
import { WorldError } from '../refusal.js';

const SCEP = 'com.apple.security.scep';

type Dict = Record<string, PlistValue>;

const isDict = (value: PlistValue | undefined): value is Dict =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Date) &&
  !(value instanceof Uint8Array);
const text = (value: PlistValue | undefined) => (typeof value === 'string' ? value : '');

function wrap(profile: Pick<Profile, 'name' | 'uuid' | 'level'>, payload: Dict): string {
  return build({
    PayloadContent: [payload],
    PayloadDisplayName: profile.name,
    PayloadIdentifier: profile.uuid,
    PayloadScope: profile.level,
    PayloadType: 'Configuration',
    PayloadUUID: profile.uuid,
    PayloadVersion: 1,
  });
}

/**
 * The property list of a profile with a SCEP payload like that of Okta static SCEP: key usage digital signature, key not exportable,
 * challenge in clear text.
 */
export function scepPayloads(
  profile: Pick<Profile, 'name' | 'uuid' | 'level'>,
  scep: ScepSettings,
  payloadUuid: string,
): string {
  const attribute = /^([A-Z]+)=([\s\S]*)$/.exec(scep.subject);
  return wrap(profile, {
    PayloadContent: {
      AllowAllAppsAccess: true,
      CertificateRenewalTimeInterval: 14,
      Challenge: scep.challenge,
      'Key Type': 'RSA',
      'Key Usage': 1,
      KeyIsExtractable: false,
      Keysize: scep.keySize,
      Name: scep.name,
      Subject: [[[attribute?.[1] ?? 'CN', attribute?.[2] ?? scep.subject]]],
      URL: scep.url,
    },
    PayloadDisplayName: 'SCEP',
    PayloadIdentifier: `${SCEP}.${payloadUuid}`,
    PayloadType: SCEP,
    PayloadUUID: payloadUuid,
    PayloadVersion: 1,
  });
}

/** The property list of a Wi-Fi profile, as an example without a certificate. */
export function wifiPayloads(
  profile: Pick<Profile, 'name' | 'uuid' | 'level'>,
  ssid: string,
  payloadUuid: string,
): string {
  return wrap(profile, {
    AutoJoin: true,
    EncryptionType: 'WPA3',
    HIDDEN_NETWORK: false,
    PayloadDisplayName: 'Wi-Fi',
    PayloadIdentifier: `com.apple.wifi.managed.${payloadUuid}`,
    PayloadType: 'com.apple.wifi.managed',
    PayloadUUID: payloadUuid,
    PayloadVersion: 1,
    SSID_STR: ssid,
  });
}

function parse(payloads: string): Dict {
  let parsed: PlistValue;
  try {
    parsed = parsePlist(payloads);
  } catch {
    // The message of the parser is not used, because it may contain the challenge.
    throw new WorldError('invalid', 'the payloads are not a property list');
  }
  if (!isDict(parsed)) throw new WorldError('invalid', 'the payloads are not a dictionary');
  return parsed;
}

function scepContent(root: Dict): Dict | undefined {
  const content = root.PayloadContent;
  const payload = Array.isArray(content)
    ? content.filter(isDict).find((one) => one.PayloadType === SCEP)
    : undefined;
  return isDict(payload?.PayloadContent) ? payload.PayloadContent : undefined;
}

/** Converts a subject of a property list to text: `[[["CN","a"]],[["O","b"]]]` becomes `CN=a,O=b`. */
function subjectText(value: PlistValue | undefined): string {
  const names = Array.isArray(value) ? value.flat(1) : [];
  return names
    .filter((pair) => Array.isArray(pair))
    .map((pair) => `${text(pair[0])}=${text(pair[1])}`)
    .join(',');
}

/** Settings of the SCEP payload of a property list; `null` if there is none. @throws WorldError invalid */
export function readScep(payloads: string): ScepSettings | null {
  const content = scepContent(parse(payloads));
  if (!content) return null;
  return {
    url: text(content.URL),
    name: text(content.Name),
    subject: subjectText(content.Subject),
    challenge: text(content.Challenge),
    keySize: typeof content.Keysize === 'number' ? content.Keysize : 0,
  };
}

/** The property list with another challenge or URL in its SCEP payload. @throws WorldError invalid */
export function changeScep(payloads: string, change: { challenge?: string; url?: string }): string {
  const root = parse(payloads);
  const content = scepContent(root);
  if (!content) throw new WorldError('invalid', 'the profile has no SCEP payload');
  if (change.challenge !== undefined) content.Challenge = change.challenge;
  if (change.url !== undefined) content.URL = change.url;
  return build(root);
}
