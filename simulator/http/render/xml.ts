import { Builder, Parser } from 'xml2js';

/**
 * A parsed element: attributes are ignored, a single child is not an array, every value is a string, an empty element is "".
 * Only this file of the HTTP server uses xml2js.
 */
export type XmlValue = string | XmlElement | XmlValue[];
export interface XmlElement {
  [name: string]: XmlValue | undefined;
}

/** The text is not well-formed XML. */
export class XmlSyntaxError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'XmlSyntaxError';
  }
}

const parser = { explicitArray: false, ignoreAttrs: true, emptyTag: () => '', async: false };

/** Parses a document into `{root: …}`. @throws XmlSyntaxError */
export function parseXml(text: string): XmlElement {
  const outcome: { failure?: Error; document?: unknown } = {};
  new Parser(parser).parseString(text, (failure, document: unknown) => {
    if (failure) outcome.failure ??= failure;
    outcome.document ??= document;
  });
  if (outcome.failure) throw new XmlSyntaxError(outcome.failure.message);
  if (!isElement(outcome.document)) throw new XmlSyntaxError('The document has no root element');
  return outcome.document;
}

/** Serializes `{root: …}`. An array becomes repeated elements, `null` an empty element. */
export function buildXml(document: object): string {
  return new Builder({
    renderOpts: { pretty: false },
    xmldec: { version: '1.0', encoding: 'UTF-8' },
  }).buildObject(document);
}

/** Whether a value is an element with children, not text and not a list. */
export function isElement(value: unknown): value is XmlElement {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** All children with the given name; empty for a missing or empty element. */
export function children(parent: XmlValue | undefined, name: string): XmlValue[] {
  const found = isElement(parent) ? parent[name] : undefined;
  if (found === undefined || found === '') return [];
  return Array.isArray(found) ? found : [found];
}

/** The first child element with the given name; `undefined` if it is missing, empty or text. */
export function child(parent: XmlValue | undefined, name: string): XmlElement | undefined {
  return children(parent, name).find(isElement);
}

/** Text of the child with the given name; `undefined` if there is none. */
export function text(parent: XmlValue | undefined, name: string): string | undefined {
  const found = isElement(parent) ? parent[name] : undefined;
  return typeof found === 'string' ? found : undefined;
}
