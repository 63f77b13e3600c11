import { spawn } from 'node:child_process';
import { z } from 'zod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLI, type DemoRun, startDemo } from '../support/demo.js';

const macSchema = z.object({ id: z.int(), serialNumber: z.string(), managed: z.boolean(), due: z.boolean() });
const detailSchema = z.object({ profilesInScope: z.array(z.int()) });
const issuancesSchema = z.array(z.object({ computerId: z.int(), outcome: z.string() }));

/** The two profiles of the overlap: a Mac that was renewed is in the scope of the other one. */
const OKTA = [12, 13];
const REASON = 'locked out after board swap, INC-4711';

describe('on-call, by hand', () => {
  let demo: DemoRun;
  let address: string;
  let simulator: string;
  let operator: string;
  let viewer: string;
  let fleet: z.output<typeof macSchema>[];

  beforeAll(async () => {
    demo = await startDemo(['--computers', '60', '--due', '3']);
    [, address = ''] = await demo.until(/^Console\s+(http:\S+)/m);
    [, operator = ''] = await demo.until(/^Token\s+(\S+)/m);
    [, viewer = ''] = await demo.until(/^Viewer\s+(\S+)/m);
    [, simulator = ''] = await demo.until(/^Pretend\s+(http:\S+)/m);
    await demo.until(/^Proven: 3 of 3/m);
    fleet = z.array(macSchema).parse(await control('computers'));
  }, 240_000);
  afterAll(() => demo.close());

  const control = async (path: string): Promise<unknown> =>
    (await fetch(`${simulator}/__simulator/${path}`)).json();

  /** Serial number of a managed Mac that is not due, and inside or outside the scope of the profile. */
  async function pick({ inScope }: { inScope: boolean }): Promise<{ id: number; serialNumber: string }> {
    for (const mac of fleet.filter(({ due, managed }) => !due && managed)) {
      const { profilesInScope } = detailSchema.parse(await control(`computers/${mac.id}`));
      if (profilesInScope.some((id) => OKTA.includes(id)) === inScope) return mac;
    }
    throw new Error(`the fleet has no such Mac (in scope: ${String(inScope)})`);
  }

  /** How many certificates the CA issued to a Mac. */
  async function issuedTo(id: number): Promise<number> {
    const all = issuancesSchema.parse(await control('issuances'));
    return all.filter(({ computerId, outcome }) => computerId === id && outcome === 'issued').length;
  }

  const redistribute = (serialNumber: string, token: string | undefined, ...more: string[]) =>
    recert(address, token, ['redistribute', '--serial', serialNumber, '--reason', REASON, ...more]);

  it('renews a Mac that is not due through the same states, on record', async () => {
    const mac = await pick({ inScope: true });
    const done = await redistribute(mac.serialNumber, operator, '--wait', '--within', '150s');
    expect(done.code, done.said).toBe(0);
    for (const state of ['triggered', 'pushed', 'verifying', 'verified']) expect(done.said).toContain(state);
    expect(await issuedTo(mac.id)).toBe(1);
    const audit = await recert(address, operator, ['audit', '--json']);
    expect(audit.said).toContain(REASON);
  }, 200_000);

  it.each([
    ['without a token', () => undefined, 3, /Say who you are/],
    ["with a viewer's token", () => viewer, 3, /viewer and this needs an operator/],
  ])('is refused %s, and nothing happens', async (_, token, code, sentence) => {
    const mac = await pick({ inScope: true });
    const before = await issuedTo(mac.id);
    const refused = await redistribute(mac.serialNumber, token());
    expect(refused.code, refused.said).toBe(code);
    expect(refused.said).toMatch(sentence);
    expect(await issuedTo(mac.id)).toBe(before);
  });

  it('is refused for a Mac out of scope with a sentence that helps', async () => {
    const mac = await pick({ inScope: false });
    const refused = await redistribute(mac.serialNumber, operator);
    expect(refused.code, refused.said).toBe(3);
    expect(refused.said).toMatch(/scope/i);
    expect(await issuedTo(mac.id)).toBe(0);
  });

  it('is refused for a Mac that nobody knows', async () => {
    const refused = await redistribute('NOSUCHMAC001', operator);
    expect(refused.code, refused.said).not.toBe(0);
    expect(refused.said).toContain('NOSUCHMAC001');
  });
});

/** Runs the built command line against a service. */
function recert(
  url: string,
  token: string | undefined,
  words: readonly string[],
): Promise<{ code: number | null; said: string }> {
  const { RECERT_TOKEN: _, ...inherited } = process.env;
  const env = { ...inherited, RECERT_URL: url, ...(token ? { RECERT_TOKEN: token } : {}) };
  const child = spawn(process.execPath, [CLI, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ code, said }));
  });
}
