import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { textsOf } from './texts.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const FOLDERS = ['src', 'workers', 'console/src', 'simulator', 'prove', 'bench', 'scripts'];

/** Banned words and phrases of comments and texts, and their replacements. docs/glossary.md has the terms. */
const BANNED: readonly { pattern: RegExp; instead: string }[] = [
  { pattern: /\bwho(?:m|m?ever)\b/iu, instead: 'the role: the operator, the caller, the process' },
  { pattern: /\bsomebody\b/iu, instead: 'someone, or the role' },
  { pattern: /\b[Nn]obody\b/u, instead: 'no one, or the role' },
  { pattern: /\bgone on with\b/iu, instead: 'continued' },
  { pattern: /\btold of\b/iu, instead: 'reported' },
  { pattern: /\bit is told\b/iu, instead: 'reported' },
  { pattern: /\bis asked of\b/iu, instead: 'requested from' },
  { pattern: /\bso long as\b/iu, instead: 'while' },
  { pattern: /\bmend(?:s|ed|ing)?\b/iu, instead: 'fix' },
  { pattern: /\bis heard of\b/iu, instead: 'received, reported' },
  // Notes outside of the repository. A reader has the pages in docs only.
  { pattern: /\bjamf-facts\b/iu, instead: 'docs/jamf-pro.md' },
  { pattern: /(?<![\w/-])(?:\.{1,2}\/)*shared\//u, instead: 'a page in docs' },
];

/** Literals that may use a banned word, with the files that contain them. */
const ALLOWED: ReadonlyMap<string, readonly string[]> = new Map([
  // Name of a caller without credentials, in the audit log and in log entries. Operators filter by it.
  ['nobody', ['src/api/auth/break-glass.ts', 'src/api/server/mount-routes.ts']],
]);

function bannedIn(text: string, file: string, firstLine: number): string[] {
  return text
    .split('\n')
    .flatMap((line, index) =>
      BANNED.filter(({ pattern }) => pattern.test(line)).map(
        ({ instead }) => `${file}:${firstLine + index}: ${line.trim()} (instead: ${instead})`,
      ),
    );
}

const sources = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
).filter((name) => /\.(?:tsx?|mjs)$/u.test(name));
const pages = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`),
].filter((name) => name.endsWith('.md'));

// Parsing every source file takes several seconds.
describe('the wording', { timeout: 300_000 }, () => {
  it('of comments and literals is plain', () => {
    const texts = sources.flatMap((file) =>
      textsOf(file, readFileSync(join(ROOT, file), 'utf8')).map((text) => ({ file, ...text })),
    );
    expect(texts.length).toBeGreaterThan(10_000);
    const checked = texts.filter(
      ({ file, kind, text }) => kind === 'comment' || ALLOWED.get(text)?.includes(file) !== true,
    );
    expect(checked.flatMap(({ file, text, line }) => bannedIn(text, file, line))).toEqual([]);
  });

  it('of the documentation is plain', () => {
    const banned = pages.flatMap((page) => bannedIn(readFileSync(join(ROOT, page), 'utf8'), page, 1));
    expect(banned).toEqual([]);
  });

  it('is checked in comments, strings, templates and JSX, but not in names', () => {
    const code = [
      "import { a } from './module.js'; // comment",
      "const name = 'https://string' + `head ${name} // tail`; /* block */",
      'const element = <p title="attribute">text {/* in JSX */}</p>;',
      'const pattern = /expression/;',
    ];
    const texts = textsOf('example.tsx', code.join('\n'));
    expect(texts.filter(({ text }) => text.trim() !== '')).toEqual([
      { kind: 'literal', text: 'https://string', line: 2 },
      { kind: 'literal', text: 'head ', line: 2 },
      { kind: 'literal', text: ' // tail', line: 2 },
      { kind: 'literal', text: 'attribute', line: 3 },
      { kind: 'literal', text: 'text ', line: 3 },
      { kind: 'comment', text: '// comment', line: 1 },
      { kind: 'comment', text: '/* block */', line: 2 },
      { kind: 'comment', text: '/* in JSX */', line: 3 },
    ]);
  });
});
