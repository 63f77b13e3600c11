import { build } from 'plist';
import type { Secret } from '../../config/values/secret.js';
import { renderXml } from '../../xml/render.js';

/** What a new SCEP profile is made of. */
export interface NewProfile {
  name: string;
  /** The SCEP URL that Okta shows. */
  url: string;
  /** Common name of the subject, with Jamf's variables. */
  commonName: string;
  challenge: Secret;
  /** Identifiers of the profile and of its payload; upper-case UUIDs, as Jamf has them. */
  uuid: string;
  payloadUuid: string;
}

const SCEP = 'com.apple.security.scep';

/**
 * A profile as Okta's page asks for it, as a `.mobileconfig`. It holds the challenge in clear: whoever gets it must keep it.
 * Source: Okta, Static SCEP for macOS with Jamf Pro; Apple's device management reference, SCEP payload.
 */
export function newMobileConfig({ name, url, commonName, challenge, uuid, payloadUuid }: NewProfile): string {
  return build({
    PayloadContent: [
      {
        PayloadContent: {
          AllowAllAppsAccess: true,
          Challenge: challenge.reveal(),
          'Key Type': 'RSA',
          'Key Usage': 1,
          KeyIsExtractable: false,
          Keysize: 2048,
          Name: name,
          Subject: [[['CN', commonName]]],
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
 * The body with which Classic creates the profile (`POST /JSSResource/osxconfigurationprofiles/id/0`): at computer level, installed
 * automatically, and in nobody's scope. Jamf writes the level as `Computer` and reads it as `System`.
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
