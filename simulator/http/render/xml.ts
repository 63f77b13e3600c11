import { Builder, Parser } from 'xml2js';

/**
 * The one place of the simulator's HTTP side that knows xml2js.
 * Read: attributes are ignored, a single child is no array, every value is a string, an empty element is "".
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

/** Reads a document into `{root: …}`. Throws XmlSyntaxError. */
export function parseXml(text: string): XmlElement {
  const outcome: { failure?: Error; document?: unknown } = {};
  new Parser(parser).parseString(text, (failure, document: unknown) => {
    if (failure) outcome.failure ??= failure;
    outcome.document ??= document;
  });
  if (outcome.failure) throw new XmlSyntaxError(outcome.failure.message);
  if (!isElement(outcome.document)) throw new XmlSyntaxError('no root element');
  return outcome.document;
}

/** Writes `{root: …}`; an array becomes repeated elements, null an empty one. */
export function buildXml(document: object): string {
  return new Builder({
    renderOpts: { pretty: false },
    xmldec: { version: '1.0', encoding: 'UTF-8' },
  }).buildObject(document);
}

export function isElement(value: unknown): value is XmlElement {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Children of that name, one or many or none. */
export function children(parent: XmlValue | undefined, name: string): XmlValue[] {
  const found = isElement(parent) ? parent[name] : undefined;
  if (found === undefined || found === '') return [];
  return Array.isArray(found) ? found : [found];
}

/** The child element of that name; undefined when it is missing, empty or text. */
export function child(parent: XmlValue | undefined, name: string): XmlElement | undefined {
  return children(parent, name).find(isElement);
}

/** Text of the child of that name; undefined when there is none. */
export function text(parent: XmlValue | undefined, name: string): string | undefined {
  const found = isElement(parent) ? parent[name] : undefined;
  return typeof found === 'string' ? found : undefined;
}
