import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { textsOf } from './texts.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** The files below a folder whose names end in one of these. */
function filesIn(folder: string, ...ends: string[]): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name}`)
    .filter((name) => ends.some((end) => name.endsWith(end)));
}

const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...['docs', 'src', 'workers'].flatMap((folder) => filesIn(folder, '.md')),
].map((name) => join(ROOT, name));
const SOURCES = ['src', 'workers', 'console/src', 'simulator', 'prove', 'bench', 'scripts', 'test'].flatMap(
  (folder) => filesIn(folder, '.ts', '.tsx', '.mjs'),
);
const SETTINGS = [
  'knip.json',
  'package.json',
  'Dockerfile',
  'docker-compose.yml',
  'tsconfig.json',
  'tsconfig.build.json',
  'eslint.config.js',
  'vitest.config.ts',
  'console/vite.config.ts',
];

/** A path from the root of the repository. */
const PATH = /(?<![\w./@-])(?:src|workers|test|docs|console|simulator|prove|bench|scripts)\/[\w./-]*[\w/-]/gu;
const exists = (path: string) => existsSync(join(ROOT, path));

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

test('every path in backticks of the documentation exists', () => {
  const named = PAGES.flatMap((page) =>
    [...prose(page).matchAll(/`([^`\n]+)`/gu)].map(([, path = '']) => ({ page, path })),
  );
  const paths = named.filter(({ path }) => path.match(PATH)?.[0] === path);
  expect(paths.length).toBeGreaterThan(50);
  const missing = paths.filter(({ path }) => !exists(path));
  expect(missing.map(({ page, path }) => `${page.slice(ROOT.length)}: ${path}`)).toEqual([]);
});

test('every file that a README names exists in its folder', () => {
  const readmes = PAGES.filter((page) => /(?:src|workers)\/.*README\.md$/u.test(page));
  const files = readmes.flatMap((page) =>
    [...prose(page).matchAll(/`([\w./-]+\.ts)`/gu)].map(([, file = '']) => ({ page, file })),
  );
  expect(files.length).toBeGreaterThan(50);
  const missing = files.filter(({ page, file }) => !exists(file) && !existsSync(join(dirname(page), file)));
  expect(missing.map(({ page, file }) => `${page.slice(ROOT.length)}: ${file}`)).toEqual([]);
});

// Parsing every source file takes several seconds.
test('every path in a comment or a setting exists', { timeout: 300_000 }, () => {
  const comments = SOURCES.flatMap((file) =>
    textsOf(file, readFileSync(join(ROOT, file), 'utf8'))
      .filter(({ kind }) => kind === 'comment')
      .map(({ text }) => ({ file, text })),
  );
  const settings = SETTINGS.map((file) => ({ file, text: readFileSync(join(ROOT, file), 'utf8') }));
  const paths = [...comments, ...settings].flatMap(({ file, text }) =>
    [...text.matchAll(PATH)].map(([path]) => ({ file, path })),
  );
  expect(paths.length).toBeGreaterThan(50);
  const missing = paths.filter(({ path }) => !exists(path));
  expect(missing.map(({ file, path }) => `${file}: ${path}`)).toEqual([]);
});
