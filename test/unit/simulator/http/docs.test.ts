import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { faultsSchema } from '../../../../simulator/http/faults/schema.js';
import { serverOptionsSchema } from '../../../../simulator/index.js';

const page = readFileSync(resolve(import.meta.dirname, '../../../../docs/simulator.md'), 'utf8');
const example = (language: string) =>
  new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(page)?.[1] ?? '';

describe('docs/simulator.md', () => {
  it('shows only existing options', () => {
    const options = serverOptionsSchema.parse(parse(example('yaml')));
    expect(options.http.clients[0]).toMatchObject({ id: 'recert', tokenLifetime: 60_000 });
    expect(options.squeeze).toBe(1000);
  });

  it('shows only existing faults', () => {
    const faults = faultsSchema.parse(JSON.parse(example('json')));
    expect(faults.http.map(({ kind }) => kind)).toContain('half-body');
    expect(faults.nodeBehind).toEqual({ node: 1, lag: 600_000 });
  });

  it('shows the sign-in that works without options', () => {
    const { http } = serverOptionsSchema.parse({});
    expect(page).toContain(`\`${http.clients[0]?.id ?? ''}\` / \`${http.clients[0]?.secret ?? ''}\``);
    expect(page).toContain(`\`${http.users[0]?.username ?? ''}\` / \`${http.users[0]?.password ?? ''}\``);
  });
});
