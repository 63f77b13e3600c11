import { describe, expect, it } from 'vitest';
import { proposeSubject } from '../../../../src/domain/audit/propose-subject.js';
import { belongsTo } from '../../../../src/domain/certificate.js';
import { certificate, computer, NOW } from '../support/fleet.js';
import { goodProfile, SCEP, scopeOf, withSubject } from '../support/profiles.js';

const udidOf = (id: number) => `5E0AF71C-5D5C-4B0E-9A3F-00000000000${id}`;

/** A proposal for a profile whose payload has these attributes, and ten Macs with the subjects that `subject` returns. */
function proposed(attributes: [string, string][], subject: (id: number) => string) {
  const profile = goodProfile({
    scope: scopeOf({ allComputers: true }),
    scep: [{ ...SCEP, ...withSubject(...attributes) }],
  });
  const macs = Array.from({ length: 10 }, (_, id) =>
    computer({
      id: String(id + 1),
      udid: udidOf(id),
      serialNumber: `C02TEST${id}`,
      certificates: [
        certificate({ subject: `CN=${udidOf(id)},O=Acme` }),
        certificate({ subject: subject(id), serialNumber: 'B' }),
      ],
    }),
  );
  return proposeSubject(profile, macs, NOW);
}

describe('the proposed setting `subject`', () => {
  it.each<[string, [string, string][], (id: number) => string]>([
    ['the type is an OID', [['2.5.4.3', '$SERIALNUMBER okta']], (id) => `CN=C02TEST${id} okta`],
    ['the type has its long name', [['commonName', '$SERIALNUMBER okta']], (id) => `CN=C02TEST${id} okta`],
    ['inventory shows an OID', [['CN', '$SERIALNUMBER okta']], (id) => `2.5.4.3=C02TEST${id} okta`],
    ['the variable is of macOS', [['CN', '%SerialNumber% okta']], (id) => `O=Acme,CN=C02TEST${id} okta`],
    ['a value is not stored', [['CN', '%AD_ComputerName% okta']], (id) => `CN=any-${id} okta`],
    [
      'Jamf Pro has added the identifier of another profile',
      [['CN', '$SERIALNUMBER okta']],
      (id) => `CN=C02TEST${id} okta ${udidOf(9)}`,
    ],
    [
      'the common name is the hardware UUID, and OU is not',
      [
        ['O', 'Acme'],
        ['CN', '%HardwareUUID%'],
        ['organizationalUnitName', 'okta-device'],
      ],
      (id) => `O=Acme, CN=${udidOf(id)}, OU=okta-device`,
    ],
    [
      'the common name has nothing that identifies the Mac',
      [
        ['CN', '$COMPUTERNAME'],
        ['OU', 'okta $JSSID'],
      ],
      (id) => `CN=Mac of ${id},2.5.4.11=okta ${id + 1}`,
    ],
  ])('matches when %s, and does not match the MDM identity', (_, attributes, subject) => {
    const { pattern, matched, shortfall } = proposed(attributes, subject);
    expect([matched, shortfall]).toEqual([10, null]);
    const watched = {
      blue: goodProfile({ identifier: '' }),
      green: null,
      policy: { subject: new RegExp(pattern ?? '(?!)', 'iu') },
    };
    expect(belongsTo(`CN=${udidOf(1)},O=Acme`, watched)).toBe(false);
    expect(belongsTo(`CN=${udidOf(1)},OU=mdm,O=Acme`, watched)).toBe(false);
  });

  it('is not needed when the subject contains the identifier', () => {
    const subject = (id: number) => `CN=C02TEST${id} ${goodProfile().identifier}`;
    expect(proposed([['CN', '$SERIALNUMBER']], subject)).toMatchObject({ pattern: null, matched: 10 });
  });

  it('is absent when the subject is only a UUID, and the message names the subjects in inventory', () => {
    const { pattern, matched, shortfall } = proposed([['CN', '$UDID']], (id) => `CN=${udidOf(id)}`);
    expect([pattern, matched]).toEqual([null, 0]);
    expect(shortfall).toContain('their certificates have other subjects, most often CN=$UDID');
  });
});
