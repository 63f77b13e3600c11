import { Parser } from 'xml2js';

/** Thrown when XML cannot be parsed. The message never quotes the text, because the text may contain secrets. */
export class XmlError extends Error {
  /**
   * `too-large`: the text is longer than the limit. `too-many`: the text has too many elements or attributes.
   * `doctype`: the text contains a DOCTYPE. `malformed`: the text is not well-formed XML.
   */
  readonly reason: 'too-large' | 'too-many' | 'doctype' | 'malformed';

  constructor(reason: XmlError['reason'], message: string) {
    super(message);
    this.name = 'XmlError';
    this.reason = reason;
  }
}

/**
 * Parses XML to plain objects, with the root element: `<a><b>1</b></a>` becomes `{ a: { b: '1' } }`. Every value is a
 * string, an empty element is `''`, and only a repeated element is an array, so the result must be validated with zod.
 * Character references and ampersands that XML does not allow are repaired, because Java writes an emoji as two
 * references, and names can contain any text. Attributes are dropped (Jamf Pro uses none). Elements named `constructor`
 * or `__proto__` become own properties (no prototype pollution). `limit` is in UTF-16 code units. Parsing blocks the
 * event loop for about 50 µs per kilobyte, and longer for text that consists of tags: set `most` for text from a sender
 * that is not trusted.
 * @throws XmlError
 */
export function parseXml(text: string, { limit, most }: { limit: number; most?: XmlCounts }): unknown {
  check(text, limit);
  if (most) checkCounts(text, most);
  const parse = (xml: string) =>
    parseOrUndefined(xml, new LeanParser({ explicitArray: false, ignoreAttrs: true }));
  const result = parse(text) ?? parse(repairReferences(text).trim());
  if (result === undefined) throw new XmlError('malformed', 'not well-formed XML');
  return result;
}

/** Maximum numbers of elements and attributes. */
export interface XmlCounts {
  elements: number;
  attributes: number;
}

/**
 * Checks the limits before the text is parsed. Text that only resembles an attribute (`="`) also counts, because an
 * exact count would cost as much as parsing.
 */
function checkCounts(text: string, most: XmlCounts): void {
  const elements = countUpTo(text, /<[^/!?]/g, most.elements);
  const attributes = countUpTo(text, /=\s*["']/g, most.attributes);
  for (const [name, count, limit] of [
    ['elements', elements, most.elements],
    ['attributes', attributes, most.attributes],
  ] as const)
    if (count > limit) throw new XmlError('too-many', `XML with more than ${limit} ${name} is not allowed`);
}

/** Counts the matches of a global expression, at most `limit` + 1. */
function countUpTo(text: string, expression: RegExp, limit: number): number {
  let count = 0;
  while (count <= limit && expression.test(text)) count += 1;
  return count;
}

/** An XML element with its child elements in order. `text` does not include the text of child elements. */
export interface XmlElement {
  name: string;
  text: string;
  children: readonly XmlElement[];
}

/** Parses XML and returns its root element. Nothing is repaired. Attributes and comments are dropped. @throws XmlError */
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

/** Converts an element of xml2js, in which the keys `#name`, `_` and `$$` contain name, text and children. */
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
  // A DOCTYPE makes attacks possible (entity expansion, external entities). Jamf Pro never sends a DOCTYPE.
  if (/<!DOCTYPE/i.test(text)) throw new XmlError('doctype', 'XML with a DOCTYPE is not allowed');
}

/** Matches consecutive character references, or an ampersand that does not begin a reference. */
const REFERENCES = /(?:&#(?:x[0-9a-f]+|\d+);)+|&(?!#?\w+;)/gi;

/** Matches a character that XML 1.0 allows (section 2.2). */
const ALLOWED = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]$/u;

/**
 * Joins the two references of a surrogate pair, replaces references to characters that XML does not allow with
 * U+FFFD, and escapes ampersands that do not begin a reference.
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

/** Returns the character of a reference such as `xFFFD` or `65533`. For a half of a surrogate pair, returns that half. */
function characterOf(written: string): string {
  const code = /^x/i.test(written) ? Number.parseInt(written.slice(1), 16) : Number(written);
  return String.fromCodePoint(code <= 0x10ffff ? code : 0xfffd);
}

/**
 * A faster parser. xml2js defines a property descriptor for every element, which takes a fifth of the parse time,
 * and treats an inherited property such as `constructor` as an earlier element of that name. This parser uses a
 * descriptor only for inherited names.
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

/**
 * Parses XML. Returns `undefined` for malformed XML, which xml2js reports as an error, as several callbacks, or as
 * an exception. A second root element is ignored.
 */
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
