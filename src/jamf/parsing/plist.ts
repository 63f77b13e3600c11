import { parseXmlTree, repairReferences, type XmlElement } from '../../xml/parse.js';

/** Maximum length of a property list, in characters. Profiles with certificates or icons have several megabytes. */
const MAX_CHARACTERS = 8 * 1024 * 1024;

const COMMENT = '<!--(?:(?!-->)[\\s\\S])*-->';

/**
 * Matches what may precede the property list: declaration, Apple's DOCTYPE without internal subset, comments,
 * white space and a BOM.
 */
const BEFORE = new RegExp(`^(?:\\s|<\\?[^>]*\\?>|${COMMENT}|<!DOCTYPE plist[^>[]*>)*(?=<plist[\\s>])`);
const AFTER = new RegExp(`^</plist\\s*>(?:\\s|${COMMENT})*$`);

/**
 * Parses an XML property list; returns undefined if it cannot be parsed. It is used instead of the parser of the
 * package `plist`, which prints malformed input, including the SCEP challenge, to standard error. Values of the types
 * date and data are returned as text.
 */
export function readPlist(text: string): unknown {
  const bare = text.replace(BEFORE, '');
  // The XML parser ignores content after the root element.
  const end = bare.search(/<\/plist\s*>/);
  if (!bare.startsWith('<plist') || end < 0 || !AFTER.test(bare.slice(end))) return undefined;
  try {
    const { children } = parseXmlTree(`${bare.slice(0, end)}</plist>`, { limit: MAX_CHARACTERS });
    return children.length === 1 && children[0] ? valueOf(children[0]) : undefined;
  } catch {
    // Errors of the parser are discarded, because they may quote the challenge.
    return undefined;
  }
}

const NO_TAG = /<(?!\/?(?:plist|dict|array|key|string|integer|real|true|false|date|data)\b|[!?])/g;

/** Escapes `&` and `<` where a text contains them without escaping, and replaces characters that XML does not allow. */
export function repairPlist(text: string): string {
  return repairReferences(text.replace(NO_TAG, '&lt;'));
}

function valueOf({ name, text, children }: XmlElement): unknown {
  switch (name) {
    case 'dict':
      return Object.fromEntries(pairsOf(children));
    case 'array':
      return children.map(valueOf);
    case 'integer':
    case 'real':
      return Number(text);
    case 'true':
    case 'false':
      return name === 'true';
    case 'string':
    case 'date':
    case 'data':
      return text;
    default:
      throw new Error('not an element of a property list');
  }
}

function pairsOf(children: readonly XmlElement[]): [string, unknown][] {
  return Array.from({ length: Math.ceil(children.length / 2) }, (_, index) => {
    const [key, value] = children.slice(2 * index, 2 * index + 2);
    if (key?.name !== 'key' || !value || value.name === 'key')
      throw new Error('keys and values must alternate');
    return [key.text, valueOf(value)];
  });
}
