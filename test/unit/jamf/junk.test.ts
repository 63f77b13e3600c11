import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Computer } from '../../../src/domain/computer.js';
import { JamfError } from '../../../src/domain/jamf-error.js';
import { connect } from './support/client.js';
import { certificate, record } from './support/inventory.js';

const V4 = 'GET /api/v4/computers-inventory';

/** Puts invalid data anywhere into a valid record: values of any type, missing fields, unknown fields. */
function damaged(sound: Record<string, unknown>): fc.Arbitrary<unknown> {
  const paths = pathsOf(sound);
  const damage = fc.record({
    path: fc.constantFrom(...paths),
    value: fc.option(fc.jsonValue({ maxDepth: 2 }), { nil: undefined }),
  });
  return fc
    .array(damage, { maxLength: 6 })
    .map((damages) =>
      damages.reduce<unknown>((value, { path, value: junk }) => replaced(value, path, junk), sound),
    );
}

function pathsOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

function replaced(value: unknown, [key, ...rest]: readonly string[], junk: unknown): unknown {
  if (key === undefined) return junk;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value))
    return value.map((item: unknown, index) => (String(index) === key ? replaced(item, rest, junk) : item));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, name === key ? replaced(inner, rest, junk) : inner]),
  );
}

const texts = (computer: Computer) => [
  computer.id,
  computer.udid,
  computer.serialNumber,
  computer.managementId,
  computer.name,
  computer.username,
  computer.realName,
  computer.email,
  computer.department,
  computer.building,
  ...computer.groupIds,
  ...computer.certificates.flatMap((it) => [it.subject, it.serialNumber, it.fingerprint, it.username]),
  ...computer.profiles.flatMap((it) => [it.id, it.identifier, it.displayName]),
];
const instants = (computer: Computer) => [
  computer.enrolledAt,
  computer.reportedAt,
  computer.lastContactAt,
  ...computer.certificates.flatMap((it) => [it.issuedAt, it.expiresAt]),
  ...computer.profiles.map((it) => it.installedAt),
];
const flags = (computer: Computer) => [
  computer.managed,
  computer.mdmCapable,
  ...computer.certificates.flatMap((it) => [it.identity, it.active]),
];

function expectTyped(computer: Computer): void {
  expect(computer.id).toMatch(/^\d+$/);
  expect(texts(computer).every((value) => typeof value === 'string')).toBe(true);
  expect(
    instants(computer).every((value) => value === null || (Number.isSafeInteger(value) && value > 0)),
  ).toBe(true);
  expect(flags(computer).every((value) => typeof value === 'boolean')).toBe(true);
}

const sound = record('6', { certificates: [certificate(), certificate({ serialNumber: 'B' })] });
const answer = fc.oneof(
  { weight: 1, arbitrary: fc.jsonValue() },
  { weight: 1, arbitrary: fc.record({ totalCount: fc.jsonValue(), results: fc.jsonValue() }) },
  {
    weight: 4,
    arbitrary: fc
      .array(fc.oneof(damaged(sound), fc.jsonValue({ maxDepth: 1 })), { maxLength: 4 })
      .map((results) => ({ totalCount: results.length, results })),
  },
);

it('any inventory response gives typed computers or a JamfError', async () => {
  let body: unknown;
  const { jamf } = await connect({ [V4]: () => ({ body: JSON.stringify(body) }) });
  const outcomes = { typed: 0, refused: 0 };
  const judge = async (call: Promise<readonly Computer[]>) => {
    try {
      for (const computer of await call) {
        outcomes.typed += 1;
        expectTyped(computer);
      }
    } catch (error) {
      if (!(error instanceof JamfError)) throw error;
      outcomes.refused += 1;
    }
  };
  await fc.assert(
    fc.asyncProperty(answer, async (junk) => {
      body = junk;
      await judge(jamf.readComputers(['6']));
      await judge(jamf.listComputers({}, 0).then(({ computers }) => computers));
    }),
    { numRuns: 200 },
  );
  // Both results must occur, otherwise the test proves nothing.
  expect(outcomes.typed).toBeGreaterThan(50);
  expect(outcomes.refused).toBeGreaterThan(50);
});

it.each([
  ['deep', '['.repeat(200_000)],
  ['deep and closed', `{"totalCount":1,"results":${'['.repeat(50_000)}${']'.repeat(50_000)}}`],
  ['long', JSON.stringify({ totalCount: 1, results: [{ id: '6', certificates: 'x'.repeat(1_000_000) }] })],
])('a response that is %s gives computers or a JamfError', async (_, text) => {
  const { jamf } = await connect({ [V4]: { body: text } });
  const outcome: unknown = await jamf.listComputers({}, 0).catch((error: unknown) => error);
  expect(outcome instanceof JamfError || typeof (outcome as { total?: unknown }).total === 'number').toBe(
    true,
  );
});
