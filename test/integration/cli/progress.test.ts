import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { inTerminal } from '../../support/terminal.js';

const MAIN = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));
const SIMULATE = [MAIN, 'simulate', '--computers', '200', '--days', '30'];

test('a long task shows a growing progress bar in a terminal and removes it at the end', () => {
  const said = inTerminal([process.execPath, '--import', 'tsx', ...SIMULATE].join(' '));
  expect(said).toMatch(/░{24} {2}0 of 5.*█{5}░{19} {2}1 of 5.*█{24} {2}5 of 5/su);
  const [, last = ''] = /█{24} {2}5 of 5(.*)$/su.exec(said) ?? [];
  expect(last).toContain('\r\u001b[K');
  expect(last).not.toContain('█');
  expect(last).toContain('POLICY');
  const drawn = said.split(/\r|\n/u).filter((line) => line.includes('█'));
  for (const line of drawn) expect(line.replace('\u001b[K', '').length).toBeLessThan(100);
});

test('output without a terminal has no progress bar on either stream', () => {
  const line = `'${process.execPath}' --import tsx ${SIMULATE.join(' ')} 2>&1`;
  const said = execFileSync('sh', ['-c', line], { encoding: 'utf8' });
  expect(said).toContain('Recert, defaults: done');
  for (const sign of ['█', '░', '\r', '\u001b']) expect(said).not.toContain(sign);
});
