import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { everyCommand, treeOf } from '../../../src/cli/completion/tree.js';
import { createProgram } from '../../../src/cli/run.js';
import { recert, testContext } from '../../support/cli.js';
import { inTerminal } from '../../support/terminal.js';

const root = treeOf(createProgram({ context: testContext(), finish: () => undefined }, { json: false }));

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'recert-completion-'));
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { out } = await recert(['completion', shell]);
    writeFileSync(join(folder, `recert.${shell}`), out);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

const isHere = (shell: string) => spawnSync(shell, ['--version']).status === 0;

/** The completions of bash for each command line, whose last word is incomplete. */
function bashOffers(lines: readonly (readonly string[])[]): string[][] {
  const script = `
source "$1"
complete -p recert >/dev/null || exit 9
while IFS= read -r line; do
  IFS=$'\\t' read -ra COMP_WORDS <<< "$line"
  [[ "$line" == *$'\\t' ]] && COMP_WORDS+=('')
  COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
  _recert
  (IFS=$'\\t'; echo "\${COMPREPLY[*]}")
done`;
  const input = lines.map((words) => `${['recert', ...words].join('\t')}\n`).join('');
  const out = execFileSync('bash', ['--norc', '-c', script, 'bash', join(folder, 'recert.bash')], {
    input,
    encoding: 'utf8',
    cwd: folder,
  });
  return out
    .split('\n')
    .slice(0, -1)
    .map((line) => (line === '' ? [] : line.split('\t')));
}

describe('completion in bash', () => {
  test('offers all commands and options below every command', () => {
    const all = everyCommand(root);
    const offered = bashOffers(
      all.flatMap(({ words }) => [
        [...words, ''],
        [...words, '--'],
      ]),
    );
    for (const [index, { words, commands, options, value }] of all.entries()) {
      const long = options.flatMap(({ flags }) => flags.filter((flag) => flag.startsWith('--')));
      const names = commands.map((one) => one.words.at(-1));
      const wanted = value?.kind === 'file' ? [] : names;
      expect(offered[2 * index]).toEqual(expect.arrayContaining(wanted));
      expect([words, offered[2 * index + 1]]).toEqual([words, long]);
    }
  });

  test.each([
    [['comp'], ['computers', 'completion']],
    [['computers', '--state', 'ov'], ['overdue']],
    [['computers', '--state', '=', 'ov'], ['overdue']],
    [
      ['computers', '--state', '='],
      ['healthy', 'due', 'overdue', 'expired', 'unknown', 'out-of-scope'],
    ],
    [['--url', 'http://x', 'redistributions', 'list', '--state', 'needs'], ['needs-human']],
    [['redistribute', '--reason', ''], []],
    [['sweep', '--what', 'f'], ['full']],
    [['completion', 'z'], ['zsh']],
    [['computers', 'judge', 'recert.b'], ['recert.bash']],
    [['simulate', '--picture', 'recert.z'], ['recert.zsh']],
    [['computers', 'jane', '--user', 'x', '--exp'], ['--expires-within']],
  ])('completes %j', (words, offered) => {
    expect(bashOffers([words])).toEqual([offered]);
  });

  test('works when a user presses Tab in a terminal', () => {
    const rc = join(folder, 'bashrc');
    writeFileSync(rc, `source '${join(folder, 'recert.bash')}'\nrecert() { echo "SAID $*"; }\n`);
    const typed = 'recert comput\t--state out\t--ex\t 14d\nexit\n';
    const said = inTerminal(`bash --noprofile --rcfile '${rc}' -i`, { typed });
    expect(said).toContain('SAID computers --state out-of-scope --expires-within 14d');
  });
});

describe('completion in other shells', () => {
  test.runIf(isHere('fish'))('offers commands, options and values in fish', () => {
    const offers = (line: string) =>
      execFileSync(
        'fish',
        ['--no-config', '-c', `source $argv[1]; complete -C $argv[2]`, join(folder, 'recert.fish'), line],
        { encoding: 'utf8' },
      );
    expect(offers('recert computers --state ov')).toMatch(/^overdue\t/u);
    expect(offers('recert redistributions ')).toMatch(/^cancel\t.*\nlist\t.*\nshow\t/u);
  });

  test.runIf(isHere('zsh'))('is accepted by zsh', () => {
    const { status } = spawnSync('zsh', ['-n', join(folder, 'recert.zsh')]);
    expect(status).toBe(0);
  });

  test('is a usage error for another shell, which lists the supported ones', async () => {
    const { code, err } = await recert(['completion', 'csh']);
    expect(code).toBe(2);
    expect(err).toContain('Allowed choices are bash, zsh, fish');
  });
});
