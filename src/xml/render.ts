import { Builder } from 'xml2js';

/**
 * Content of an XML element: text, number or boolean; an object with the child elements; or an array for a
 * repeated element.
 */
export type XmlValue =
  string | number | boolean | readonly XmlValue[] | { readonly [element: string]: XmlValue };

/**
 * Renders an XML document: `renderXml('a', { b: [1, 2] })` returns `<a><b>1</b><b>2</b></a>` after the XML
 * declaration. The elements are in the order of the keys of the object, because Jamf Pro ignores elements of a
 * scope that are in a different order.
 * @throws Error when a text contains a character that XML does not allow, such as U+0000.
 */
export function renderXml(root: string, content: XmlValue): string {
  const builder = new Builder({
    rootName: root,
    xmldec: { version: '1.0', encoding: 'UTF-8' },
    renderOpts: { pretty: false },
  });
  return builder.buildObject(content);
}
