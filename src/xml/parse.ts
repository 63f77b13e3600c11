import { Parser } from 'xml2js';

/** Parsing of XML failed. The message never quotes the text, because it may contain secrets. */
export class XmlError extends Error {
  /** `too-large`: above the limit. `doctype`: the text contains a DOCTYPE. `malformed`: the text is not well-formed XML. */
  readonly reason: 'too-large' | 'doctype' | 'malformed';

  constructor(reason: XmlError['reason'], message: string) {
    super(message);
    this.name = 'XmlError';
    this.reason = reason;
  }
}

/**
 * Parses XML to plain objects, root element included: `<a><b>1</b></a>` becomes `{ a: { b: '1' } }`.
 * Every value is a string, an empty element is `''`, and only a repeated element is an array, so validate the result with zod.
 * Attributes are dropped (Jamf Pro uses none). Elements named `constructor` or `__proto__` become own properties (no prototype
 * pollution). `limit` is in UTF-16 code units; parsing blocks the event loop for about 50 µs per kilobyte.
 *
 * @throws XmlError
 */
export function parseXml(text: string, { limit }: { limit: number }): unknown {
  if (text.length > limit)
    throw new XmlError('too-large', `XML of ${text.length} characters exceeds the limit of ${limit}`);
  // A DOCTYPE allows entity expansion and external entity attacks. Jamf Pro never sends one.
  if (/<!DOCTYPE/i.test(text)) throw new XmlError('doctype', 'XML with a DOCTYPE is not allowed');
  const result = parseOrUndefined(text);
  if (result === undefined) throw new XmlError('malformed', 'not well-formed XML');
  return result;
}

/**
 * xml2js defines a property descriptor for every element, which costs a fifth of the parse time, and treats an inherited property
 * such as `constructor` as an earlier element of that name. This parser uses a descriptor only for inherited names.
 */
class LeanParser extends Parser {
  assignOrPush(parent: Record<string, unknown>, name: string, value: unknown): void {
    if (Object.hasOwn(parent, name)) {
      const before = parent[name];
      if (Array.isArray(before)) before.push(value);
      else parent[name] = [before, value];
    } else if (name in parent)
      Object.defineProperty(parent, name, { value, writable: true, enumerable: true, configurable: true });
    else parent[name] = value;
  }
}

/** Returns `undefined` for malformed XML: xml2js reports it as an error, as several callbacks, or as an exception. Ignores a second root element. */
function parseOrUndefined(text: string): unknown {
  const results: unknown[] = [];
  const parser = new LeanParser({ explicitArray: false, ignoreAttrs: true });
  try {
    parser.parseString(text, (error: Error | null, parsed: unknown) => {
      results.push(error ? undefined : (parsed ?? undefined));
    });
  } catch {
    return undefined;
  }
  return results.length === 1 ? results[0] : undefined;
}
