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
 * check what comes out with zod. Attributes are dropped (Jamf uses none). An element named like something
 * that objects inherit (`constructor`, `__proto__`) is a property like any other, and reaches nothing else.
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

/**
 * xml2js makes a property descriptor for every element, a fifth of its time. A descriptor is needed only for names that every object
 * inherits, such as `__proto__`; with its own it also takes what is inherited for a first element of that name.
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

/** The parser may call back with an error and with a result, and throws when text goes on after some errors. A second root element is ignored. */
function outcome(text: string): unknown {
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
