import { expect, it } from 'vitest';
import { reachedFrom } from './imports.js';

// Each costs a third of a second of processor time at every start of a command.
it('recert loads the clients of Jamf Pro and Redis only for commands that need them', () => {
  const atStart = [...reachedFrom('src/cli/main.ts', { lazy: false })];
  expect(atStart).toContain('src/cli/commands/setup/profiles.ts');
  expect(
    atStart.filter((file) => /^src\/(jamf\/(create|transport|resources)|store|queues)\b/.test(file)),
  ).toEqual([]);
  const later = reachedFrom('src/cli/main.ts');
  expect(later.has('src/jamf/create.ts')).toBe(true);
});
