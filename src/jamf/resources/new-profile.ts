import { build } from 'plist';
import type { Attribute } from '../../domain/audit/attribute-type.js';
import type { Secret } from '../../config/values/secret.js';
import { renderXml } from '../../xml/render.js';

/** Values of a new SCEP profile. */
export interface NewProfile {
  name: string;
  /** SCEP URL from the Okta Admin Console. */
  url: string;
  /** Name of the SCEP payload, which the Mac sends to the CA. */
  caName: string;
  /** Attributes of the subject. They may contain payload variables of Jamf Pro. */
  subject: readonly Attribute[];
  /** SCEP challenge; `null` if an administrator enters the challenge in Jamf Pro after the profile is created. */
  challenge: Secret | null;
  /** Bits of the key usage: 1 is signing, 4 is encryption. */
  keyUsage: number;
  /** Identifiers of the profile and of its payload, as upper-case UUIDs like those of Jamf Pro. */
  uuid: string;
  payloadUuid: string;
}

const SCEP = 'com.apple.security.scep';

/**
 * Renders the profile as a `.mobileconfig`. The text contains the challenge in clear text, so it must be treated
 * as a secret. Sources: help.okta.com, static SCEP for macOS with Jamf Pro; developer.apple.com, Device
 * Management, SCEP payload.
 */
export function newMobileConfig(profile: NewProfile): string {
  const { name, url, caName, subject, challenge, keyUsage, uuid, payloadUuid } = profile;
  return build({
    PayloadContent: [
      {
        PayloadContent: {
          AllowAllAppsAccess: true,
          Challenge: challenge?.reveal() ?? '',
          'Key Type': 'RSA',
          'Key Usage': keyUsage,
          KeyIsExtractable: false,
          Keysize: 2048,
          Name: caName,
          Subject: subject.map(([type, value]) => [[type, value]]),
          URL: url,
        },
        PayloadDisplayName: 'SCEP',
        PayloadIdentifier: `${SCEP}.${payloadUuid}`,
        PayloadType: SCEP,
        PayloadUUID: payloadUuid,
        PayloadVersion: 1,
      },
    ],
    PayloadDisplayName: name,
    PayloadIdentifier: uuid,
    PayloadScope: 'System',
    PayloadType: 'Configuration',
    PayloadUUID: uuid,
    PayloadVersion: 1,
  });
}

/**
 * Renders the request body of `POST /JSSResource/osxconfigurationprofiles/id/0`: computer level, installed
 * automatically, empty scope. The level is written as `Computer`, although Jamf Pro returns it as `System`.
 */
export function newProfileXml(profile: NewProfile): string {
  return renderXml('os_x_configuration_profile', {
    general: {
      name: profile.name,
      distribution_method: 'Install Automatically',
      user_removable: false,
      level: 'Computer',
      uuid: profile.uuid,
      payloads: newMobileConfig(profile),
    },
    scope: { all_computers: false },
  });
}
