import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';

const entry = z.object({
  link: z.boolean().optional(),
  inBundle: z.boolean().optional(),
  integrity: z.string().optional(),
  optional: z.boolean().optional(),
  os: z.array(z.string()).optional(),
  cpu: z.array(z.string()).optional(),
  libc: z.array(z.string()).optional(),
});
const lock = z
  .object({ packages: z.record(z.string(), entry) })
  .parse(JSON.parse(readFileSync(new URL('../../../package-lock.json', import.meta.url), 'utf8')));
const packages = Object.entries(lock.packages).filter(
  ([path, { link, inBundle }]) => path !== '' && !link && !inBundle,
);
const hasHash = ({ integrity }: z.output<typeof entry>) => /^sha512-/.test(integrity ?? '');

/** Platforms of the image, of CI and of the bundled demo. */
const SHIPPED: readonly (readonly [os: string, cpu: string])[] = [
  ['linux', 'x64'],
  ['linux', 'arm64'],
];

test('every package has a hash, except optional ones of platforms that are not built', () => {
  const without = packages.filter(([, one]) => !hasHash(one));
  expect(without.filter(([, { optional }]) => !optional).map(([path]) => path)).toEqual([]);
  const installable = without.filter(([, { os, cpu, libc }]) =>
    SHIPPED.some(
      ([system, processor]) =>
        (os ?? [system]).includes(system) &&
        (cpu ?? [processor]).includes(processor) &&
        (libc ?? ['glibc']).includes('glibc'),
    ),
  );
  expect(installable.map(([path]) => path)).toEqual([]);
});
