import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SEEDED } from '../../../simulator/world/seeded.js';
import { EXIT } from '../../../src/cli/exit.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { okta, startInstallation } from './support.js';

const { blue, green } = SEEDED;

let server: TestRedis;
beforeAll(async () => {
  server = await startTestRedis();
});
afterAll(() => server.close());

/** A customer with two profiles whose secret key was reset. `save` is what the person does at each question. */
async function startReset() {
  const installation = await startInstallation(server.url);
  await installation.configure({ profiles: { okta } });
  const { world, controlUrl } = installation.simulator;
  const secret = world.ca.resetChallenge();
  const saves = [green, blue];
  return {
    world,
    secret,
    rotate: async (
      words: readonly string[] = [],
      save: (id: number) => void = (id) => world.profiles.setChallenge(id, secret),
    ) => {
      const said = await installation.recert(['profiles', 'rotate', ...words], {
        terminal: !words.includes('--json'),
        readSecret: () => Promise.resolve(secret),
        confirm: () => {
          const id = saves.shift();
          if (id !== undefined) save(id);
          return Promise.resolve(id !== undefined);
        },
      });
      expect(`${said.out}${said.err}`).not.toContain(secret);
      return said;
    },
    writes: async () => {
      const log = (await (await fetch(`${controlUrl}/requests`)).json()) as {
        method: string;
        path: string;
      }[];
      return log.filter(({ method, path }) => method !== 'GET' && path.startsWith('/JSSResource'));
    },
  };
}

describe('recert profiles rotate', () => {
  it('guides through both profiles, the smaller scope first, checks each, and writes nothing', async () => {
    const { rotate, writes } = await startReset();
    const { code, out } = await rotate();
    expect(code).toBe(EXIT.done);
    expect(out).toMatch(
      /1\. recert pause[^]*2\. Jamf Pro, "Okta SCEP \(green\)" \(13\)[^]*newly assigned devices only[^]*3\. Jamf Pro, "Okta SCEP" \(12\)/,
    );
    expect(out).toMatch(/✓ "Okta SCEP \(green\)"[^]*✓ "Okta SCEP" \(12\)[^]*recert resume/);
    expect(await writes()).toEqual([]);
    const again = await rotate(['--json']);
    expect([again.code, JSON.parse(again.out)]).toMatchObject([
      EXIT.done,
      { profiles: [{ hasNewSecret: true }, { hasNewSecret: true }] },
    ]);
  });

  it('says that a profile has another key, and what else was changed', async () => {
    const { rotate, world, secret } = await startReset();
    const { code, out, err } = await rotate([], (id) => {
      if (id === green) return;
      world.profiles.setChallenge(green, secret);
      const profile = world.profiles.get(green);
      if (profile)
        world.profiles.update(green, { scope: Object.assign({}, profile.scope, { allComputers: true }) });
    });
    expect(code).toBe(EXIT.pending);
    expect(err).toMatch(/\(13\) has another challenge[^]*\(13\): its scope changed, too/);
    expect(out).toMatch(/Not changed yet: "Okta SCEP" \(12\)/);
  });

  it('needs the new key, and shows the remaining steps without a terminal', async () => {
    const { rotate } = await startReset();
    const { code, out } = await rotate(['--json']);
    expect([code, JSON.parse(out)]).toMatchObject([
      EXIT.pending,
      {
        profiles: [
          { id: '13', hasNewSecret: false },
          { id: '12', hasNewSecret: false },
        ],
      },
    ]);
  });
});
