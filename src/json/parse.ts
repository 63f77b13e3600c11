/** A parsed text. `repaired` is true if the text was not valid JSON. */
export interface ParsedJson {
  value: unknown;
  repaired: boolean;
}

/**
 * Parses JSON whose strings may contain text that the sender did not escape: control characters, quotes and
 * backslashes. Returns `null` if the text cannot be repaired. Valid JSON is parsed without a repair.
 */
export function parseJson(text: string): ParsedJson | null {
  const value = parseStrictly(text);
  if (value !== undefined) return { value, repaired: false };
  if (!isComplete(text)) return null;
  const repaired = parseStrictly(escapeStrings(text));
  return repaired === undefined ? null : { value: repaired, repaired: true };
}

/** Whether the text begins like a JSON object or array. */
export function beginsAsJson(text: string): boolean {
  return /^\s*[[{]/.test(text);
}

/**
 * Whether the text begins and ends like a JSON object or array. A truncated text ends with another character,
 * except by chance.
 */
export function isComplete(text: string): boolean {
  return beginsAsJson(text) && /[\]}]$/.test(text.trimEnd());
}

function parseStrictly(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const ESCAPE = /["\\/bfnrt]|u[0-9a-fA-F]{4}/y;

/**
 * Text that follows the closing quote of a string, by the position of the string: key of an object, value of an object,
 * or item of an array. Any other quote is part of the string.
 */
const AFTER = {
  key: /[ \t\r\n]*:/y,
  value: /[ \t\r\n]*(?:\}|,[ \t\r\n]*"[^"\\]{0,100}"[ \t\r\n]*:)/y,
  item: /[ \t\r\n]*(?:\]|,[ \t\r\n]*["{[\d\-tfn])/y,
};

/**
 * Escapes all control characters inside strings, and the quotes and backslashes inside strings that are not JSON
 * syntax. Takes linear time.
 */
function escapeStrings(text: string): string {
  const out: string[] = [];
  const nesting: string[] = [];
  let copied = 0;
  let place: keyof typeof AFTER | null = null;
  let next: keyof typeof AFTER = 'item';
  const insert = (at: number, replacement: string, skip: number) => {
    out.push(text.slice(copied, at), replacement);
    copied = at + skip;
  };
  const matches = (pattern: RegExp, at: number) => {
    pattern.lastIndex = at;
    return pattern.test(text);
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (place === null) {
      if (character === '"') place = next;
      else if (character === '{' || character === '[') nesting.push(character);
      else if (character === '}' || character === ']') nesting.pop();
      if (character === ':') next = 'value';
      else if ('{[,}]'.includes(character)) next = nesting.at(-1) === '{' ? 'key' : 'item';
    } else if (character < ' ') insert(at, `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`, 1);
    else if (character === '\\') {
      if (matches(ESCAPE, at + 1)) at += 1;
      else insert(at, '\\', 0);
    } else if (character === '"') {
      if (matches(AFTER[place], at + 1)) place = null;
      else insert(at, '\\', 0);
    }
  }
  return out.concat(text.slice(copied)).join('');
}
