import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { judgePrivilege, PRIVILEGES, type PrivilegeFacts } from '../../../src/doctor/privileges.js';
import { privilegesOfCalls } from '../../../src/jamf/resources/calls.js';

const told = (...names: string[]) => ({ names: new Set(names), all: false });
const NAME = 'Update Static Computer Groups';
const BASE: PrivilegeFacts = { name: NAME, told: told('Other'), tried: 'unknown', neededNow: true };

it.each<[string, Partial<PrivilegeFacts>, string, RegExp]>([
  ['listed', { told: told(NAME) }, 'ok', /^granted$/],
  ['an administrator', { told: { names: new Set(), all: true } }, 'ok', /^granted$/],
  ['not listed, but a read went through', { tried: 'allowed' }, 'ok', /^granted$/],
  ['not listed', {}, 'fail', /^missing$/],
  ['not listed, and not needed now', { neededNow: false }, 'warn', /not needed by the current configuration/],
  ['refused', { tried: 'refused' }, 'fail', /^missing$/],
  ['refused, though nothing is listed', { told: null, tried: 'refused' }, 'fail', /^missing$/],
  ['listed and refused', { told: told(NAME), tried: 'refused' }, 'fail', /refuses the read/],
  ['not told', { told: null }, 'warn', /cannot be tested without a change/],
  ['told nothing', { told: told() }, 'warn', /cannot be tested without a change/],
  ['told nothing, but a read went through', { told: told(), tried: 'allowed' }, 'ok', /^granted$/],
])('a privilege: %s', (_, facts, level, said) => {
  const finding = judgePrivilege({ ...BASE, ...facts });
  expect(finding).toMatchObject({ level, check: `privilege ${NAME}` });
  expect(finding.said).toMatch(said);
});

it('checks every privilege that a call of the client needs, and no other', () => {
  expect([...privilegesOfCalls()].sort()).toEqual(Object.keys(PRIVILEGES).sort());
});

it('docs/setup.md lists each privilege with its purpose', () => {
  const page = readFileSync(new URL('../../../docs/setup.md', import.meta.url), 'utf8').replace(/ +/g, ' ');
  for (const [name, why] of Object.entries(PRIVILEGES)) expect(page).toContain(`| ${name} | ${why} |`);
});
