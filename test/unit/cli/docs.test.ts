import { readFileSync } from 'node:fs';
import { createColors } from 'picocolors';
import { expect, test } from 'vitest';
import { EXIT } from '../../../src/cli/exit.js';
import { runCli } from '../../../src/cli/run.js';

const page = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8');

async function help(words: readonly string[]): Promise<string> {
  const out: string[] = [];
  await runCli([...words, '--help'], {
    environment: {},
    out: (text) => void out.push(text),
    err: () => undefined,
    terminal: false,
    colors: createColors(false),
    confirm: () => Promise.resolve(false),
    readSecret: () => Promise.resolve(''),
    now: Date.now,
    wait: () => Promise.resolve(),
  });
  return out.join('\n');
}

/** Names under the heading "Commands:" of a help text. */
function commandsIn(text: string): string[] {
  const listed = text.split('\nCommands:\n')[1]?.split('\n\n')[0] ?? '';
  return [...listed.matchAll(/^ {2}([\w-]+)/gm)].map(([, name]) => name ?? '');
}

test('the page has every command', async () => {
  const commands = commandsIn(await help([]));
  expect(commands).toContain('redistribute');
  for (const name of commands) {
    const below = commandsIn(await help([name]));
    for (const words of below.length === 0 ? [name] : below.map((one) => `${name} ${one}`))
      expect(page).toContain(`\`recert ${words}`);
  }
});

test('the page has every exit code', () => {
  const codes = [...page.matchAll(/^\| (\d) /gm)].map(([, code]) => Number(code));
  expect(codes).toEqual(Object.values(EXIT).sort());
});

test('every command says what it is for, and lists its options with a description', async () => {
  for (const name of commandsIn(await help([]))) {
    const text = await help([name]);
    expect(text).toMatch(/^Usage: recert [\w-]+/);
    expect(text).not.toMatch(/^ {2}--\w[\w-]*( <[^>]+>)?$/m);
  }
});
