import { expect, test } from 'vitest';
import { busy, startProgress } from '../../../src/cli/output/progress.js';

function terminal() {
  const lines: string[] = [];
  let at = 0;
  return {
    lines,
    pass: (ms: number) => (at += ms),
    context: { changeLine: (text: string) => void lines.push(text), now: () => at },
  };
}

test('a bar shows the completed part, the total, and the remaining time when it is known', () => {
  const { lines, pass, context } = terminal();
  const bar = startProgress('Reading', context);
  bar.show(0, 12_000);
  pass(10_000);
  bar.show(3_000, 12_000, 'prod');
  bar.show(12_000, 12_000);
  bar.end();
  expect(lines).toEqual([
    'Reading  ░░░░░░░░░░░░░░░░░░░░░░░░  0 of 12,000',
    'Reading  ██████░░░░░░░░░░░░░░░░░░  3,000 of 12,000  about 30s left  prod',
    'Reading  ████████████████████████  12,000 of 12,000',
    '',
  ]);
});

test('a bar shows no remaining time without progress, and never more than the total', () => {
  const { lines, pass, context } = terminal();
  const bar = startProgress('Reading', context);
  bar.show(0, 0);
  pass(60_000);
  bar.show(0, 5);
  bar.show(7, 5);
  bar.show(7, null);
  expect(lines.map((line) => line.replace(/^Reading {2}[█░]* */u, ''))).toEqual([
    '0 of 0',
    '0 of 5',
    '7 of 5',
    '7',
  ]);
});

test('the bar is removed, also when the task fails', async () => {
  const { lines, context } = terminal();
  await expect(busy('Counting', () => Promise.reject(new Error('no')), context)).rejects.toThrow('no');
  expect(lines).toEqual(['Counting  …  0ms', '']);
});
