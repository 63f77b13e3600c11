/**
 * Formats of a list of certificates. Jamf does not document the format. Java's `Map.toString` writes neither quotes
 * nor escapes. A client must therefore understand every format, and must take nothing from a list without a readable
 * certificate.
 */
export const SPELLINGS = [
  'documented',
  'no-blank',
  'brackets',
  'json',
  'reordered',
  'odd-summary',
  'url-safe',
  'no-padding',
  'wrapped',
  'raw-controls',
  'unknown-names',
  'cut',
  'bytes',
  'null',
  'blank',
  'garbage',
] as const;

export type StatusSpelling = (typeof SPELLINGS)[number];

/** An entry with its certificate; `der` is absent after the entry was removed. */
export interface ShownEntry {
  identifier: string;
  subjectSummary: string;
  der?: Uint8Array;
}

/** Line length of wrapped base64. Source: RFC 2045, 6.8. */
const LINE = /.{76}/g;
/** Share of the base64 that is left when the text is cut. */
const CUT = 0.6;

/** Writes a list of certificates in one of the spellings. */
export function spellCertificates(entries: readonly ShownEntry[], spelling: StatusSpelling): string | null {
  if (spelling === 'null') return null;
  if (spelling === 'blank') return '  ';
  if (spelling === 'garbage')
    return `Error Domain=ExampleErrorDomain Code=17 "{identifier=, data=MII" UserInfo={}`;
  const pairs = entries.map((entry) => pairsOf(entry, spelling));
  if (spelling === 'json')
    return JSON.stringify(
      pairs.map((list) =>
        Object.fromEntries(
          list.map(([name, value]) => [name, /^(true|false)$/.test(value) ? value === 'true' : value]),
        ),
      ),
    );
  const comma = spelling === 'no-blank' ? ',' : ', ';
  const written = pairs.map((list) => `{${list.map(([name, value]) => `${name}=${value}`).join(comma)}}`);
  return spelling === 'brackets' ? `[${written.join(', ')}]` : written.join(',');
}

function pairsOf(entry: ShownEntry, spelling: StatusSpelling): readonly (readonly [string, string])[] {
  const { identifier, der } = entry;
  if (der === undefined)
    return [
      ['identifier', identifier],
      ['_removed', 'true'],
    ];
  const summary =
    spelling === 'odd-summary' ? `a, b={c}, [d] "e"=, data,\n${entry.subjectSummary}` : entry.subjectSummary;
  const pairs = [
    ['identifier', identifier],
    ['subject-summary', summary],
    ['is-identity', 'true'],
    ['data', encode(der, spelling)],
  ] as const;
  if (spelling === 'unknown-names') return pairs.map(([name, value]) => [`x-${name}`, value] as const);
  return spelling === 'reordered' ? [...pairs].reverse() : pairs;
}

function encode(der: Uint8Array, spelling: StatusSpelling): string {
  const bytes = Buffer.from(der);
  const base64 = bytes.toString('base64');
  if (spelling === 'url-safe') return bytes.toString('base64url');
  if (spelling === 'no-padding') return base64.replace(/=+$/, '');
  if (spelling === 'wrapped' || spelling === 'raw-controls') return base64.replace(LINE, '$&\r\n');
  if (spelling === 'cut') return base64.slice(0, Math.floor(base64.length * CUT));
  return spelling === 'bytes' ? '[B@1f2e3d' : base64;
}
