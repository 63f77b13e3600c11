import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ShownEntry,
  SPELLINGS,
  spellCertificates,
} from '../../../simulator/http/pro/status/spelling.js';
import { keysOfCa, keysOfMacs } from '../../../simulator/world/ca/keys.js';
import { signCertificate } from '../../../simulator/world/ca/x509.js';
import { parseStatusCertificates } from '../../../src/jamf/parsing/status-certificates.js';

const ISSUED_AT = Date.UTC(2026, 5, 3, 10);
const EXPIRES_AT = Date.UTC(2027, 5, 3, 10);
const UNREADABLE: ReadonlySet<string> = new Set([
  'unknown-names',
  'cut',
  'bytes',
  'null',
  'blank',
  'garbage',
]);

const sign = (serialNumber: string, commonName: string) =>
  signCertificate({
    serialNumber,
    subject: [
      ['O', 'Example, Inc.'],
      ['CN', commonName],
    ],
    issuer: [['CN', 'Example CA']],
    notBeforeAt: ISSUED_AT,
    notAfterAt: EXPIRES_AT,
    subjectKey: keysOfMacs().publicKey,
    issuerKeys: keysOfCa(),
    authority: false,
  });

const entry = (number: number, der?: Uint8Array): ShownEntry => ({
  identifier: `00000000-0000-0000-0000-00000000000${number}`,
  subjectSummary: `mac ${number}`,
  ...(der && { der }),
});

// 170141183460469231731687303715884105727 has 16 bytes in the DER.
const SERIALS = ['4660', '170141183460469231731687303715884105727', '255'];
const CERTIFICATES = SERIALS.map((serial, index) => sign(serial, `mac ${index}`));
const LIST = CERTIFICATES.map((der, index) => entry(index, der));
const serialsOf = (value: unknown) =>
  parseStatusCertificates(value).certificates.map(({ serialNumber }) => serialNumber);

describe('parseStatusCertificates', () => {
  it('takes everything about a certificate from its DER', () => {
    const [der] = CERTIFICATES;
    const text = `{identifier=a, subject-summary=CN=another, is-identity=true, data=${Buffer.from(der ?? []).toString('base64')}}`;
    expect(parseStatusCertificates(text).certificates).toEqual([
      {
        subject: 'O=Example\\, Inc.,CN=mac 0',
        serialNumber: '4660',
        fingerprint: expect.stringMatching(/^[0-9a-f]{40}$/) as string,
        issuedAt: ISSUED_AT,
        expiresAt: EXPIRES_AT,
        identity: true,
        active: true,
        username: '',
      },
    ]);
  });

  it.each(SPELLINGS.filter((spelling) => !UNREADABLE.has(spelling)))(
    'finds every certificate in the spelling %s',
    (spelling) => {
      const text = spellCertificates([...LIST, entry(9)], spelling);
      expect(serialsOf(text)).toEqual(SERIALS);
    },
  );

  it('finds certificates under unknown names', () => {
    expect(serialsOf(spellCertificates(LIST, 'unknown-names'))).toEqual(SERIALS);
  });

  it('finds nothing where no certificate can be read, and counts the entries', () => {
    for (const spelling of ['cut', 'bytes'] as const)
      expect(parseStatusCertificates(spellCertificates(LIST, spelling))).toEqual({
        certificates: [],
        unreadable: 3,
      });
    for (const value of [null, undefined, '', '  ', 7, true, {}, [], [null, 3], 'null', '[]', '{}'])
      expect(parseStatusCertificates(value)).toEqual({ certificates: [], unreadable: 0 });
    expect(serialsOf(spellCertificates(LIST, 'garbage'))).toEqual([]);
  });

  it('finds a certificate after one that is broken', () => {
    const cut = spellCertificates(LIST.slice(0, 1), 'cut') ?? '';
    const text = `${cut},${spellCertificates(LIST.slice(1), 'documented') ?? ''}`;
    expect(parseStatusCertificates(text)).toMatchObject({ unreadable: 1 });
    expect(serialsOf(text)).toEqual(SERIALS.slice(1));
  });

  it('does not take an entry that is removed, or not an identity, for an identity', () => {
    const text = spellCertificates(LIST.slice(0, 1), 'documented') ?? '';
    expect(serialsOf(text.replace('}', ', _removed=true}'))).toEqual([]);
    const [other] = parseStatusCertificates(
      text.replace('is-identity=true', 'is-identity=false'),
    ).certificates;
    expect(other?.identity).toBe(false);
  });

  it('accepts a common name that is too long for the X.520 limit', () => {
    const long = 'x'.repeat(200);
    const text = spellCertificates([entry(0, sign('7', long))], 'documented');
    expect(parseStatusCertificates(text).certificates[0]?.subject).toContain(long);
  });

  /**
   * The part of a certificate that contains its serial number and dates, as Base64. The signature after it is not checked, because the CA is
   * not known: other bytes of the same length may replace it.
   */
  function signedPart(der: Buffer = Buffer.alloc(8)): string {
    const end = 8 + der.readUInt16BE(6);
    return der.subarray(0, end - (end % 3)).toString('base64');
  }

  it('never throws, and finds no certificate that is not in the text', () => {
    const fragments = fc.oneof(
      fc.constantFrom('{', '}', '[', ']', ',', ', ', '=', '"', '\n', 'MII', '[B@1f2e3d', 'null', '\\', '%'),
      fc.constantFrom(
        'identifier=',
        'subject-summary=',
        'is-identity=false',
        'is-identity=true',
        'data=',
        '_removed=true',
        '"data":"',
      ),
      fc.nat({ max: 2 }).map((index) => `data=${(CERTIFICATES[index] ?? Buffer.of()).toString('base64')}`),
      fc
        .tuple(fc.nat({ max: 2 }), fc.nat({ max: 900 }))
        .map(([index, length]) => (CERTIFICATES[index] ?? Buffer.of()).toString('base64').slice(0, length)),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(fc.array(fragments, { maxLength: 25 }), (parts) => {
        const text = parts.join('');
        const bare = text.replaceAll(/\s/g, '');
        for (const serial of serialsOf(text)) {
          expect(bare).toContain(signedPart(CERTIFICATES[SERIALS.indexOf(serial)]));
        }
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), (value) => {
        expect(serialsOf(value)).toEqual([]);
        expect(serialsOf([{ data: value, 'is-identity': value, _removed: value }])).toEqual([]);
      }),
    );
  });
});
