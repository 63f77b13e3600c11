import { describe, expect, it } from 'vitest';
import {
  buildXml,
  child,
  children,
  parseXml,
  text,
  XmlSyntaxError,
} from '../../../../simulator/http/render/xml.js';

describe('XML', () => {
  it('gives the same result for one child as for many', () => {
    const one = parseXml('<g><c><id>1</id></c></g>');
    const many = parseXml('<g><c><id>1</id></c><c><id>2</id></c></g>');
    expect(children(child(one, 'g'), 'c').map((entry) => text(entry, 'id'))).toEqual(['1']);
    expect(children(child(many, 'g'), 'c').map((entry) => text(entry, 'id'))).toEqual(['1', '2']);
  });

  it('gives an empty text for an empty element, and nothing for a missing one', () => {
    const group = child(parseXml('<g><a/><b> </b></g>'), 'g');
    expect(text(group, 'a')).toBe('');
    expect(text(group, 'x')).toBeUndefined();
    expect(children(group, 'a')).toEqual([]);
  });

  it.each(['', 'not xml', '<a><b></a>'])('refuses %j', (document) => {
    expect(() => parseXml(document)).toThrow(XmlSyntaxError);
  });

  it('writes escaped text that it can parse again', () => {
    const value = `<plist>"Müller & Söhne's" 🖥</plist>`;
    expect(parseXml(buildXml({ root: { value } }))).toEqual({ root: { value } });
  });
});
