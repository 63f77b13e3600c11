import { Parser } from 'xml2js';

/** Why a text was not read as XML. The message never repeats the text: it may carry secrets. */
export class XmlError extends Error {
  /** `too-large`: above the limit. `doctype`: carries a DOCTYPE, which is never read. `malformed`: no well-formed XML. */
  readonly reason: 'too-large' | 'doctype' | 'malformed';

  constructor(reason: XmlError['reason'], message: string) {
    super(message);
    this.name = 'XmlError';
    this.reason = reason;
  }
}

/**
 * Reads XML into plain objects, root element included: `<a><b>1</b></a>` is `{ a: { b: '1' } }`.
 * Every value is a string, an empty element is `''`, a repeated element an array and one that stands alone is not:
 * check what comes out with zod. Attributes are dropped (Jamf uses none). Objects have no prototype.
 * `limit` is in UTF-16 units of the text; parsing blocks the event loop for about 50 µs per kilobyte.
 *
 * @throws XmlError
 */
export function parseXml(text: string, { limit }: { limit: number }): unknown {
  if (text.length > limit)
    throw new XmlError('too-large', `XML of ${text.length} characters, at most ${limit} are read`);
  // A DOCTYPE can define entities that grow without end or name files; neither Jamf's webhooks nor its answers have one.
  if (/<!DOCTYPE/i.test(text)) throw new XmlError('doctype', 'XML with a DOCTYPE is refused');
  const result = outcome(text);
  if (result === undefined) throw new XmlError('malformed', 'not well-formed XML');
  return result;
}

/** The parser may call back with an error and with a result, and throws when text goes on after some errors. A second root element is ignored. */
function outcome(text: string): unknown {
  const results: unknown[] = [];
  const parser = new Parser({ explicitArray: false, ignoreAttrs: true });
  try {
    parser.parseString(text, (error: Error | null, parsed: unknown) => {
      results.push(error ? undefined : (parsed ?? undefined));
    });
  } catch {
    return undefined;
  }
  return results.length === 1 ? results[0] : undefined;
}
