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
 * Character references and ampersands that XML does not allow are repaired: Java writes an emoji as two references, and names are free text.
 * Attributes are dropped (Jamf Pro uses none). Elements named `constructor` or `__proto__` become own properties (no prototype
 * pollution). `limit` is in UTF-16 code units; parsing blocks the event loop for about 50 µs per kilobyte.
 *
 * @throws XmlError
 */
export function parseXml(text: string, { limit }: { limit: number }): unknown {
  check(text, limit);
  const parse = (xml: string) =>
    parseOrUndefined(xml, new LeanParser({ explicitArray: false, ignoreAttrs: true }));
  const result = parse(text) ?? parse(repairReferences(text).trim());
  if (result === undefined) throw new XmlError('malformed', 'not well-formed XML');
  return result;
}

/** An element with its child elements in order. `text` does not include the text of child elements. */
export interface XmlElement {
  name: string;
  text: string;
  children: readonly XmlElement[];
}

/** Parses XML to its root element, without any repair. Attributes and comments are dropped. @throws XmlError */
export function parseXmlTree(text: string, { limit }: { limit: number }): XmlElement {
  check(text, limit);
  const options = {
    ignoreAttrs: true,
    explicitRoot: false,
    explicitChildren: true,
    preserveChildrenOrder: true,
  };
  const result = parseOrUndefined(text, new Parser(options));
  if (result === undefined) throw new XmlError('malformed', 'not well-formed XML');
  return elementOf(result);
}

/** xml2js keeps name, text and children under these keys. */
function elementOf(node: unknown): XmlElement {
  const {
    '#name': name = '',
    _: text = '',
    $$: children = [],
  } = node as { '#name'?: string; _?: string; $$?: readonly unknown[] };
  return { name, text, children: children.map(elementOf) };
}

function check(text: string, limit: number): void {
  if (text.length > limit)
    throw new XmlError('too-large', `XML of ${text.length} characters exceeds the limit of ${limit}`);
  // A DOCTYPE allows entity expansion and external entity attacks. Jamf Pro never sends one.
  if (/<!DOCTYPE/i.test(text)) throw new XmlError('doctype', 'XML with a DOCTYPE is not allowed');
}

/** Consecutive character references, or an ampersand that begins no reference. */
const REFERENCES = /(?:&#(?:x[0-9a-f]+|\d+);)+|&(?!#?\w+;)/gi;

/** A character that XML 1.0 allows (section 2.2). */
const ALLOWED = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]$/u;

/**
 * Joins the two references of a surrogate pair, replaces references to characters that XML does not allow with U+FFFD, and escapes
 * ampersands that begin no reference.
 */
export function repairReferences(text: string): string {
  return text.replace(REFERENCES, (run) => {
    if (run === '&') return '&amp;';
    const characters =
      run
        .match(/[0-9a-fx]+(?=;)/gi)
        ?.map(characterOf)
        .join('') ?? '';
    return Array.from(
      characters,
      (one) => `&#${ALLOWED.test(one) ? (one.codePointAt(0) ?? 0) : 0xfffd};`,
    ).join('');
  });
}

/** The character of a reference such as `xFFFD` or `65533`; for half of a surrogate pair, that half. */
function characterOf(written: string): string {
  const code = /^x/i.test(written) ? Number.parseInt(written.slice(1), 16) : Number(written);
  return String.fromCodePoint(code <= 0x10ffff ? code : 0xfffd);
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
function parseOrUndefined(text: string, parser: Parser): unknown {
  const results: unknown[] = [];
  try {
    parser.parseString(text, (error: Error | null, parsed: unknown) => {
      results.push(error ? undefined : (parsed ?? undefined));
    });
  } catch {
    return undefined;
  }
  return results.length === 1 ? results[0] : undefined;
}
