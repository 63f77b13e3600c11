import { afterAll, beforeAll, expect, it } from 'vitest';
import { SEEDED } from '../../../simulator/world/seeded.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { okta, startInstallation } from './support.js';

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.close());

const UNSTICK = 'Flush MDM Commands';

it('doctor checks the requirements of unstick and cycle before their first use: privilege, group, exclusions', async () => {
  const installation = await startInstallation(redis.url, { profiles: { excludable: true } });
  const { world } = installation.simulator;
  const bare = world.groups.createStatic({ name: 'Not excluded' });
  const profilesWith = (exclude: number) => ({
    okta: { ...okta, mechanisms: ['unstick', 'overlap', 'cycle'], cycle: { exclude } },
  });
  await installation.configure({ profiles: profilesWith(bare.id) });
  const wrong = await installation.recert(['doctor']);
  expect(wrong.code).toBe(1);
  for (const half of ['"Okta SCEP" (12', '"Okta SCEP (green)" (13'])
    expect(wrong.out).toContain(`${half}) does not exclude the group ${bare.id}`);
  expect(wrong.out).toContain(`privilege ${UNSTICK}: granted`);

  await installation.configure({ profiles: profilesWith(SEEDED.excluded) });
  const right = await installation.recert(['doctor']);
  expect(right.out).not.toContain('does not exclude');
  expect(right.out).not.toContain('green-exclusions');
  expect(right.out).not.toContain('has exclusions');
  expect(right.out).toContain('profile okta mechanisms: unstick, overlap, cycle');
  expect(right.out).toMatch(/profile okta group cycle\.exclude: .*is static, 0 members/);
});
