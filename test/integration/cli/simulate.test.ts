import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { DAY_MS, mac, startApi, type TestApi, TOKENS } from '../api/support.js';
import { recert } from '../../support/cli.js';

/** A Saturday at noon: maintenance windows make the result depend on the day of the week and the hour. */
const STARTS_AT = Date.UTC(2026, 10, 28, 12);
const COMPUTERS = 150;
/** Macs that the simulation excludes: expired, silent for long, out of scope. */
const OTHERS = 3 + 2 + 1;

let api: TestApi;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recert-simulate-'));
  api = await startApi({
    fleet: false,
    startsAt: STARTS_AT,
    profile:
      'window: 25%, inFlight: 1000, maintenance: [{ days: [mon, tue, wed, thu, fri], from: "06:00", to: "20:00", zone: Europe/Berlin }],',
  });
  const seen = { reportedAt: api.now() - DAY_MS / 2 };
  const rolledOut = Array.from({ length: COMPUTERS }, (_, index) =>
    mac(String(index + 1), 40 + (14 * index) / COMPUTERS, api.now(), seen),
  );
  const others = Array.from({ length: OTHERS }, (_, index) => {
    const id = String(COMPUTERS + index + 1);
    if (index < 3) return mac(id, -5, api.now(), seen);
    if (index < 5) return mac(id, 100, api.now(), { reportedAt: api.now() - 40 * DAY_MS });
    return mac(id, 100, api.now(), { groupIds: [] });
  });
  const all = [...rolledOut, ...others];
  for (let from = 0; from < all.length; from += 200) await api.save(...all.slice(from, from + 200));
});
afterAll(async () => {
  await api.close();
  await rm(folder, { recursive: true });
});

const answer = z.object({
  fleet: z.object({ counted: z.int(), expired: z.int(), unknown: z.int() }),
  computers: z.int(),
  days: z.int(),
  answer: z.array(z.string()),
  years: z.array(
    z.object({
      policy: z.string(),
      avoidable: z.int(),
      renewals: z.int(),
      rails: z.object({ hourlyCap: z.int(), inFlightCap: z.int(), windowMs: z.number() }).optional(),
    }),
  ),
});

function ask(...words: string[]) {
  return recert(['simulate', '--from-fleet', ...words, '--url', api.url, '--token', TOKENS.viewer], {
    now: api.now,
  });
}

test('simulates a window of two days and a limit of one per hour with the fleet and the settings of the service', async () => {
  const picture = join(folder, 'year.svg');
  const { code, out, err } = await ask('--window', '2d', '--hourly-cap', '1', '--picture', picture);
  expect(err).toContain('Recert, custom: done');
  expect(code).toBe(0);
  expect(out).toContain('Fleet of okta on prod: 150 Macs');
  expect(out).toContain('Excluded: 3 Macs already expired, 2 Macs with unknown status.');
  expect(out).toMatch(/POLICY +AVOIDABLE +EXPIRED/);
  expect(out).toMatch(
    /Recert, custom \(renewal window 2d, hourlyCap 1, inFlight 1000.*: [1-9]\d* certificates expire although the Mac was online/,
  );
  expect(out).toMatch(/Recert as configured \(renewal window 91d.*: no /);
  expect(out).toContain('"Recert, custom" is not sufficient for this fleet; "Recert as configured" is.');
  const drawn = readFileSync(picture, 'utf8');
  expect(drawn.match(/<polyline /g)).toHaveLength(2 * 7);
  expect(drawn).toContain('Recert, custom');
});

test('prints three years as JSON: each policy with its figures and the verdict', async () => {
  const { code, out } = await ask('--window', '14d', '--hourly-cap', '50', '--days', '1095', '--json');
  expect(code).toBe(0);
  const said = answer.parse(JSON.parse(out));
  expect(said).toMatchObject({
    fleet: { counted: COMPUTERS + 3, expired: 3, unknown: 2 },
    computers: COMPUTERS,
    days: 1_095,
  });
  const [asked, ...more] = said.years.filter(({ policy }) => policy === 'Recert, custom');
  expect(more).toEqual([]);
  expect(asked?.rails).toEqual({ hourlyCap: 50, inFlightCap: 1_000, windowMs: 14 * DAY_MS });
  expect(asked?.renewals).toBeGreaterThan(2.5 * COMPUTERS);
  expect(said.answer.length).toBeGreaterThanOrEqual(3);
});

test('reports a fleet without known data', async () => {
  const empty = await startApi({ fleet: false });
  try {
    const { code, err } = await recert(
      ['simulate', '--from-fleet', '--url', empty.url, '--token', TOKENS.viewer],
      { now: empty.now },
    );
    expect(code).toBe(5);
    expect(err).toContain('no known certificate');
  } finally {
    await empty.close();
  }
});
