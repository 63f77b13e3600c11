import { expect, test } from 'vitest';
import { hashPassword, isPassword, isPasswordHash } from '../../../src/config/values/password-hash.js';

test('a hash knows its password and no other, is salted, and is written as others write it', async () => {
  const hash = await hashPassword('corréct horse battery');
  expect(hash).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[\w+/]{22}\$[\w+/]{43}$/u);
  expect(isPasswordHash(hash)).toBe(true);
  expect(await isPassword('corréct horse battery', hash)).toBe(true);
  // The same text as another keyboard writes it.
  expect(await isPassword('corre\u0301ct horse battery', hash)).toBe(true);
  expect(await isPassword('correct horse battery', hash)).toBe(false);
  expect(await hashPassword('corréct horse battery')).not.toBe(hash);
});

test.each([
  '',
  'plain',
  '$scrypt$ln=30,r=8,p=3$AAAAAAAAAAAAAAAAAAAAAA$' + 'A'.repeat(43),
  '$2b$10$abcdefghijk',
])('what is no hash of ours is refused, and nobody gets in by it: %s', async (text) => {
  expect(isPasswordHash(text)).toBe(false);
  expect(await isPassword('', text)).toBe(false);
});
