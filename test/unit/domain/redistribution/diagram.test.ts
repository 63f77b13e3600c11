import { readFile } from 'node:fs/promises';
import { format } from 'prettier';
import { describe, expect, it } from 'vitest';
import { stateDiagram } from '../../../../src/domain/redistribution/diagram.js';
import { BLOCK_REASONS, STATES } from '../../../../src/domain/redistribution/record.js';
import { TRANSITIONS } from '../../../../src/domain/redistribution/transitions.js';

const PAGE = new URL('../../../../docs/redistribution.md', import.meta.url);
const MADE = /<!-- made from the code -->[\s\S]*<!-- end -->/;

describe('docs/redistribution.md', () => {
  it('shows the state diagram of the code (update it with npx vitest run test/unit/domain/redistribution -u)', async () => {
    const page = await readFile(PAGE, 'utf8');
    expect(page).toMatch(MADE);
    const made = `<!-- made from the code -->\n\n\`\`\`mermaid\n${stateDiagram()}\n\`\`\`\n\n<!-- end -->`;
    const renewed = await format(
      page.replace(MADE, () => made),
      { parser: 'markdown' },
    );
    await expect(renewed).toMatchFileSnapshot('../../../../docs/redistribution.md');
  });

  it('explains every reason for waiting', async () => {
    const page = await readFile(PAGE, 'utf8');
    for (const reason of BLOCK_REASONS) expect(page).toContain(reason);
  });
});

describe('the table of transitions', () => {
  it('reaches every state from due, and a final state from every state', () => {
    const reach = (from: readonly string[]): ReadonlySet<string> => {
      const seen = new Set(from);
      for (const state of seen)
        for (const { to } of TRANSITIONS[state as keyof typeof TRANSITIONS]) seen.add(to);
      return seen;
    };
    expect([...reach(['due'])].toSorted()).toEqual([...STATES].toSorted());
    for (const state of STATES)
      expect([...reach([state])].some((one) => ['verified', 'needs-human', 'cancelled'].includes(one))).toBe(
        true,
      );
  });
});
