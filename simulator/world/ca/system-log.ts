import type { Clock } from '../clock.js';
import type { OktaEvent } from '../contracts/mdm.js';
import type { KeychainCertificate } from '../model.js';

type Target = OktaEvent['targets'][number];

interface SystemLog {
  all(): readonly OktaEvent[];
  secretReset(): void;
  certificate(what: 'bind' | 'revoke', certificate: KeychainCertificate): void;
  renewed(before: string, after: string): void;
  rolledOver(keyId: string): void;
}

/** Creates the System Log of the simulated Okta organization, with the events that concern its CA. */
export function createSystemLog(
  clock: Clock,
  { authorityId, configurationId }: { authorityId: string; configurationId: string },
): SystemLog {
  const events: OktaEvent[] = [];
  const add = (
    eventType: string,
    displayMessage: string,
    targets: readonly Target[],
    more: Partial<Pick<OktaEvent, 'severity' | 'reason'>> = {},
  ) => {
    const uuid = `00000000-0000-11f1-0000-${String(events.length + 1).padStart(12, '0')}`;
    const { severity = 'INFO', reason = null } = more;
    events.push({ uuid, at: clock.now(), eventType, displayMessage, severity, reason, targets });
  };
  const authority = (id: string): Target => ({
    id,
    type: 'CertificateAuthority',
    displayName: 'CN=Organization Intermediate Authority',
    detail: { authorityInstanceId: authorityId },
  });
  const platform: Target = {
    id: configurationId,
    type: 'DevicePlatform',
    displayName: 'Jamf Pro: Macs',
    detail: null,
  };
  return {
    all: () => events,
    secretReset: () =>
      add(
        'device.platform.secret_key.reset',
        'Secret key of a device management platform reset',
        [platform],
        { severity: 'WARN' },
      ),
    certificate: (what, certificate) => {
      const target = certificateTarget(certificate);
      if (what === 'bind') add('pki.cert.bind', 'Certificate bound to a device', [target]);
      else
        add('pki.cert.lifecycle.revoke', 'Certificate revoked', [target], {
          reason: 'Revoked by an administrator',
        });
    },
    renewed: (before, after) =>
      add('pki.ca.renew', 'Certificates of a certificate authority renewed', [
        authority(before),
        authority(after),
      ]),
    rolledOver: (keyId) => {
      add('pki.cert.lifecycle.activate', 'Certificate activated', [authority(keyId)]);
      add('device.platform.update', 'Device management platform updated', [platform]);
    },
  };
}

function certificateTarget({ serialNumber, subjectName }: KeychainCertificate): Target {
  const hex = BigInt(serialNumber).toString(16);
  return {
    id: `crt${hex.slice(0, 17)}`,
    type: 'Certificate',
    displayName: subjectName,
    detail: { serialNumber: hex },
  };
}
