import { expect, test } from 'vitest';
import { hashPassword, isPassword, isPasswordHash } from '../../../src/config/values/password-hash.js';

test('a hash matches its password only, is salted, and uses the common text format', async () => {
  const hash = await hashPassword('corréct horse battery');
  expect(hash).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[\w+/]{22}\$[\w+/]{43}$/u);
  expect(isPasswordHash(hash)).toBe(true);
  expect(await isPassword('corréct horse battery', hash)).toBe(true);
  // The same password in another Unicode form, as another keyboard types it.
  expect(await isPassword('corre\u0301ct horse battery', hash)).toBe(true);
  expect(await isPassword('correct horse battery', hash)).toBe(false);
  expect(await hashPassword('corréct horse battery')).not.toBe(hash);
});

test.each([
  '',
  'plain',
  '$scrypt$ln=30,r=8,p=3$AAAAAAAAAAAAAAAAAAAAAA$' + 'A'.repeat(43),
  '$2b$10$abcdefghijk',
])('an invalid hash is refused, and no password matches it: %s', async (text) => {
  expect(isPasswordHash(text)).toBe(false);
  expect(await isPassword('', text)).toBe(false);
});
