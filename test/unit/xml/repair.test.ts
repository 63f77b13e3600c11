import { describe, expect, it } from 'vitest';
import { parseXml } from '../../../src/xml/parse.js';

const nameIn = (written: string) => parseXml(`<a><id>305</id><name>${written}</name></a>`, { limit: 1_000 });

describe('a text that XML does not allow', () => {
  it.each([
    ['an emoji as Java writes it', 'Lab &#55357;&#56877;', 'Lab \u{1F62D}'],
    ['the same in hexadecimal', 'Lab &#xD83D;&#xDE2D;', 'Lab \u{1F62D}'],
    ['half a surrogate pair', 'Lab &#55357;', 'Lab \uFFFD'],
    ['the halves in the wrong order', '&#56877;&#55357;', '\uFFFD\uFFFD'],
    ['a pair after a forbidden reference', '&#0;&#55357;&#56877;', '\uFFFD\u{1F62D}'],
    ['a reference to U+0000', 'Lab&#x0;', 'Lab\uFFFD'],
    ['a reference to a control character', 'Lab&#x1B;', 'Lab\uFFFD'],
    ['a reference beyond Unicode', 'Lab&#x110000;', 'Lab\uFFFD'],
    ['an ampersand', 'R&D, A & B', 'R&D, A & B'],
    ['a raw control character', 'Lab\u000bmac', 'Lab\u000bmac'],
    ['a valid reference beside them', '&#65;&amp;&#0;', 'A&\uFFFD'],
  ])('is read with %s', (_, written, name) => expect(nameIn(written)).toEqual({ a: { id: '305', name } }));

  it.each(['\uFEFF', '\n\n', ' '])('is read after %j', (before) => {
    expect(parseXml(`${before}<?xml version="1.0"?><a>1</a>`, { limit: 100 })).toEqual({ a: '1' });
  });
});
