import { Builder } from 'xml2js';

/** What can be written as XML: texts, numbers and booleans, objects of elements, and arrays for repeated elements. */
export type XmlValue =
  string | number | boolean | readonly XmlValue[] | { readonly [element: string]: XmlValue };

/**
 * Writes one XML document: `renderXml('a', { b: [1, 2] })` is `<a><b>1</b><b>2</b></a>` after the XML declaration.
 * Elements come in the order of the object's keys (Jamf ignores scope children that are out of order).
 *
 * @throws Error when a text holds a character that XML cannot carry, such as U+0000.
 */
export function renderXml(root: string, content: XmlValue): string {
  const builder = new Builder({
    rootName: root,
    xmldec: { version: '1.0', encoding: 'UTF-8' },
    renderOpts: { pretty: false },
  });
  return builder.buildObject(content);
}
