import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type CommandNode, everyCommand, treeOf } from '../../../src/cli/completion/tree.js';
import { EXIT } from '../../../src/cli/exit.js';
import { createProgram } from '../../../src/cli/run.js';
import { recert, testContext } from '../../support/cli.js';

const page = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8');
const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');

const root = treeOf(createProgram({ context: testContext(), finish: () => undefined }, { json: false }));
const all = everyCommand(root);
/** Commands with an action. `computers` has an action and subcommands. */
const acting = all.filter(({ commands, words }) => words.length > 0 && commands.length === 0);

/** The command of a shell line: everything after `recert`, up to a pipe, a redirection or a comment. */
function meant(line: string): { node: CommandNode; options: string[] } {
  const [, said = ''] =
    /(?:^|[\s(])recert\s+([^|>#)]*)/u.exec(line.replace(/'[^']*'|"[^"]*"/gu, 'TEXT')) ?? [];
  const words = said.split(/\s+/u).filter((word) => word !== '');
  let node = root;
  for (const word of words) node = node.commands.find(({ words: names }) => names.at(-1) === word) ?? node;
  return { node, options: words.filter((word) => word.startsWith('--')) };
}

function unknownIn(line: string): string[] {
  const { node, options } = meant(line);
  const known = node.options.flatMap(({ flags }) => flags);
  return options.filter((option) => !known.includes(option));
}

/** Command lines in fenced blocks of a page. */
function linesOfShell(text: string): string[] {
  const blocks = [...text.matchAll(/```sh\n(.*?)```/gsu)].map(([, block]) => block ?? '');
  return blocks.flatMap((block) => block.split('\n').filter((line) => /\brecert /u.test(line)));
}

describe('help', () => {
  test.each(all.map((node) => ({ name: ['recert', ...node.words].join(' '), node })))(
    '$name has a description, describes each option, and has examples that run',
    async ({ node }) => {
      const { code, out } = await recert([...node.words, '--help']);
      expect(code).toBe(EXIT.done);
      expect(node.description).not.toBe('');
      expect(node.options.filter(({ description }) => description === '')).toEqual([]);
      if (!acting.includes(node) && node.words.length > 0) return;
      const [, below = ''] = out.split(/^Examples?:\n/mu);
      const examples = below.split('\n\n')[0]?.split('\n') ?? [];
      expect(examples.filter((line) => /\brecert |npm run demo/u.test(line)).length).toBeGreaterThan(0);
      for (const example of examples) expect([example, unknownIn(example)]).toEqual([example, []]);
      const own = examples.map((line) => meant(line).node.words.join(' '));
      expect(['', 'demo', ...own]).toContain(node.words.join(' '));
    },
  );
});

describe('docs/cli.md', () => {
  const rows = [...page.matchAll(/^\| (`recert.*?) \|(.*)$/gmu)].map(([, head = '', rest = '']) => ({
    head,
    rest,
  }));
  const named = rows.flatMap(({ head }) =>
    [...head.matchAll(/`recert ([^`]*)`/gu)].map(([, said]) => said ?? ''),
  );

  test('lists every command, and no other', () => {
    const shown = named.map((said) => meant(`recert ${said}`).node.words.join(' '));
    expect(acting.map(({ words }) => words.join(' ')).filter((name) => !shown.includes(name))).toEqual([]);
    expect(shown).not.toContain('');
  });

  test('names only existing options, in the row of each command and in the examples', () => {
    for (const { head, rest } of rows) {
      const said = [...rest.matchAll(/`(--[\w-]+)/gu)].map(([, option]) => option ?? '');
      const nodes = [...head.matchAll(/`recert ([^`]*)`/gu)].map(
        ([, line]) => meant(`recert ${line ?? ''}`).node,
      );
      const known = nodes.flatMap(({ options }) => options.flatMap(({ flags }) => flags));
      expect([head, said.filter((option) => !known.includes(option))]).toEqual([head, []]);
    }
    for (const line of [
      ...named.map((said) => `recert ${said}`),
      ...linesOfShell(page),
      ...linesOfShell(readme),
    ])
      expect([line, unknownIn(line)]).toEqual([line, []]);
  });

  test('lists every exit code', () => {
    const codes = [...page.matchAll(/^\| (\d) /gmu)].map(([, code]) => Number(code));
    expect(codes).toEqual(Object.values(EXIT).sort());
  });

  test('is readable: no row is wider than a screen', () => {
    expect(
      rows.map(({ rest }) => rest.trim().replace(/\s+\|$/u, '')).filter((text) => text.length > 140),
    ).toEqual([]);
  });
});
