import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const css = readFileSync(new URL('../../../console/src/theme/tokens.css', import.meta.url), 'utf8');
const TONES = ['good', 'move', 'soon', 'late', 'bad', 'held', 'quiet'];
/** WCAG 2.2, 1.4.3: text. */
const LEAST = 4.5;

/** The colors of a scheme, by name without the dashes. */
function coloursOf(scheme: string): ReadonlyMap<string, string> {
  const block = css.split(`[data-mantine-color-scheme='${scheme}'] {`)[1]?.split('}')[0] ?? '';
  return new Map(
    [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/gu)].map(([, name = '', value = '']) => [name, value]),
  );
}

/** Relative luminance as defined by WCAG. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

describe.each(['light', 'dark'])('%s', (scheme) => {
  const colours = coloursOf(scheme);
  const colour = (name: string) => colours.get(name) ?? '#000000';
  const pairs = [
    ...TONES.map((tone) => [`${tone}-ink`, `${tone}-wash`]),
    ...TONES.map((tone) => [`${tone}-ink`, 'surface']),
    ...['ground', 'surface', 'sunken'].flatMap((ground) => [
      ['ink', ground],
      ['ink-soft', ground],
      ['link', ground],
    ]),
  ];
  test.each(pairs)('%s has sufficient contrast on %s', (text = '', ground = '') => {
    expect([...colours.keys()]).toEqual(expect.arrayContaining([text, ground]));
    expect(contrast(colour(text), colour(ground))).toBeGreaterThanOrEqual(LEAST);
  });
});

test('both schemes define the same colors', () => {
  const names = (scheme: string) => [...coloursOf(scheme).keys()].filter((name) => !name.startsWith('rail'));
  expect(names('dark').sort()).toEqual(names('light').sort());
});
