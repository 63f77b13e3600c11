/** A value in a webhook body. */
export type BodyValue = string | number | boolean | null | BodyValue[] | { [name: string]: BodyValue };

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escape = (text: string) => text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? '');

function element(name: string, value: BodyValue): string {
  // A list becomes repeated elements, an empty list an empty element.
  if (Array.isArray(value)) {
    return value.length === 0 ? `<${name}/>` : value.map((one) => element(name, one)).join('');
  }
  if (value === null || value === '') return `<${name}/>`;
  if (typeof value !== 'object') return `<${name}>${escape(String(value))}</${name}>`;
  const inner = Object.entries(value).map(([child, content]) => element(child, content));
  return `<${name}>${inner.join('')}</${name}>`;
}

/** Serializes nested objects as an XML document without attributes. Keys become element names. */
export function toXml(root: string, value: BodyValue): string {
  return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>${element(root, value)}`;
}
