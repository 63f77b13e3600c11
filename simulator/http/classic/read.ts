import type { Request } from 'express';
import { bodyText, callOf } from '../call.js';
import { ClassicFailure } from '../errors.js';
import { child, parseXml, text, XmlSyntaxError, type XmlElement, type XmlValue } from '../render/xml.js';

/** The content of the root element of an XML request body. Throws 415 for another content type, 400 for invalid XML. */
export function readXml(req: Request, root: string): XmlElement {
  if (!req.is(['text/xml', 'application/xml'])) throw new ClassicFailure(415, 'Unsupported Media Type');
  try {
    const document = parseXml(bodyText(req));
    // The parser returns an empty root element as an empty string.
    const element = text(document, root) === '' ? {} : child(document, root);
    if (!element) throw new ClassicFailure(400, `Element ${root} expected`);
    return element;
  } catch (error) {
    if (error instanceof XmlSyntaxError) throw new ClassicFailure(400, 'Bad Request');
    throw error;
  }
}

/** A boolean child element; `undefined` for any other text. */
export function flag(parent: XmlValue | undefined, name: string): boolean | undefined {
  const value = text(parent, name)?.trim().toLowerCase();
  return value === 'true' ? true : value === 'false' ? false : undefined;
}

/** An integer child element; `undefined` for any other text. */
export function integer(parent: XmlValue | undefined, name: string): number | undefined {
  const value = text(parent, name)?.trim() ?? '';
  return /^-?\d+$/.test(value) ? Number(value) : undefined;
}

/** Removes undefined values, so that a missing element changes nothing. */
export function given<Values extends object>(
  values: Values,
): { [Name in keyof Values]?: Exclude<Values[Name], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Values]?: Exclude<Values[Name], undefined>;
  };
}

interface Named {
  readonly id: number;
  readonly name: string;
}

/**
 * Returns the object of `/…/id/:id` or `/…/name/:name`, and records it for the event RestAPIOperation. Throws 404 if
 * there is none.
 */
export function findObject<Item extends Named>(
  req: Request,
  collection: { get(id: number): Item | undefined; byName(name: string): Item | undefined },
): Item {
  const { id, name } = req.params;
  const found =
    name === undefined
      ? /^\d+$/.test(String(id))
        ? collection.get(Number(id))
        : undefined
      : collection.byName(String(name));
  if (!found) throw new ClassicFailure(404, 'Not Found');
  return remember(req, found);
}

/** Records the object of a request, so that the event RestAPIOperation can name the object. Returns the object. */
export function remember<Item extends Named>(req: Request, item: Item): Item {
  callOf(req).object = { id: item.id, name: item.name };
  return item;
}

/** The two route paths of an object, by ID and by name. */
export const byIdOrName = (collection: string): string[] => [
  `/${collection}/id/:id`,
  `/${collection}/name/:name`,
];

/** Time formats of the Classic API: `…T…+0000` (UTC) and `YYYY-MM-DD hh:mm:ss`. Input is epoch milliseconds. */
export const utc = (at: number): string => new Date(at).toISOString().replace('Z', '+0000');
export const localTime = (at: number): string =>
  new Date(at)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, '');
