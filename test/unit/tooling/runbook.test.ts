import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { processContext } from '../../../src/cli/context.js';
import { createProgram } from '../../../src/cli/run.js';
import { INCIDENT_KINDS } from '../../../src/domain/incidents/incident.js';
import { ROOT } from './imports.js';

const PAGE = readFileSync(join(ROOT, 'docs/runbook.md'), 'utf8');
/** The part about incidents and findings. A test of the alert rules checks the part about alerts. */
const RUNBOOK = PAGE.slice(PAGE.indexOf('## Incidents and findings'));
const OPERATIONS = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');

/** The codes of all findings, from the declaration that the health rules are checked against. */
function findingCodes(): string[] {
  const source = readFileSync(join(ROOT, 'src/domain/health/problem.ts'), 'utf8');
  const details = /export interface Details \{\n(.*?)^\}/msu.exec(source)?.[1] ?? '';
  return [...details.matchAll(/^ {2}'?([a-z-]+)'?: /gmu)].map(([, code = '']) => code);
}

test('the runbook has one section for each incident and finding, and no other', () => {
  const codes = [...new Set([...INCIDENT_KINDS, ...findingCodes()])];
  expect(codes.length).toBeGreaterThan(30);
  const sections = [...RUNBOOK.matchAll(/^### (.+)$/gmu)].map(([, title = '']) => title);
  expect(sections.sort()).toEqual(codes.sort());
});

test('every section of the runbook says what the problem means and what to do', () => {
  const sections = RUNBOOK.split(/^### /mu).slice(1);
  const without = sections.filter(
    (section) =>
      !section.includes('**Meaning.**') ||
      !/\*\*(?:Do\.|Check, do\.|Urgency, check, do\.)\*\*|needs no action/u.test(section),
  );
  expect(without.map((section) => section.split('\n')[0])).toEqual([]);
});

test('every command of the runbook and of the operations page exists, with its options', () => {
  const program = createProgram({ context: processContext(), finish: () => undefined }, { json: false });
  const commands = [...`${PAGE}${OPERATIONS}`.matchAll(/`recert ((?:[^`]|\n)+)`/gu)].map(
    ([, words = '']) => words,
  );
  expect(commands.length).toBeGreaterThan(50);
  expect(commands.filter((words) => !exists(program, words.split(/\s+/u)))).toEqual([]);
});

function exists(program: Command, words: readonly string[]): boolean {
  let command: Command = program;
  for (const word of words) {
    const next = command.commands.find((one) => one.name() === word);
    if (!next) break;
    command = next;
  }
  const options = [...program.options, ...command.options].map(({ long }) => long);
  return (
    command !== program &&
    words.filter((word) => word.startsWith('--')).every((word) => options.includes(word))
  );
}
