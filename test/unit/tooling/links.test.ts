import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'src/jamf/README.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
].map((name) => join(ROOT, name));

/** The text of a page without code blocks, which contain no links and no headings. */
function prose(page: string): string {
  return readFileSync(page, 'utf8').replace(/^```.*?^```/gmsu, '');
}

/** The anchors that GitHub generates from the headings of a page. */
function anchorsOf(page: string): ReadonlySet<string> {
  const headings = [...prose(page).matchAll(/^#{1,6} +(.+)$/gmu)].map(([, heading = '']) => heading);
  const slugs = headings.map((heading) =>
    heading
      .replace(/\[([^\]]*)\]\([^)]*\)/gu, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\s_-]/gu, '')
      .replace(/\s/gu, '-'),
  );
  return new Set(
    slugs.map((slug, index) => {
      const before = slugs.slice(0, index).filter((one) => one === slug).length;
      return before === 0 ? slug : `${slug}-${before}`;
    }),
  );
}

/** Links of a page to files and headings of the project. External links are not checked. */
function linksOf(page: string): string[] {
  return [...prose(page).matchAll(/\]\(([^)\s]+)\)/gu)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/u.test(link));
}

function isBroken(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : resolve(dirname(page), path);
  if (!existsSync(target)) return true;
  return anchor !== undefined && !anchorsOf(target).has(anchor);
}

test('every link of the documentation points to an existing file and heading', () => {
  const links = PAGES.flatMap((page) => linksOf(page).map((link) => ({ page, link })));
  expect(links.length).toBeGreaterThan(30);
  const broken = links.filter(({ page, link }) => isBroken(page, link));
  expect(broken.map(({ page, link }) => `${page.slice(ROOT.length)}: ${link}`)).toEqual([]);
});

test('every page of the documentation is linked from another', () => {
  const linked = new Set(
    PAGES.flatMap((page) => linksOf(page).map((link) => resolve(dirname(page), link.split('#')[0] ?? ''))),
  );
  const pages = PAGES.filter((page) => page.startsWith(join(ROOT, 'docs/')));
  expect(pages.filter((page) => !linked.has(page)).map((page) => page.slice(ROOT.length))).toEqual([]);
});
