import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/**
 * Cost parameters of scrypt: N = 2^ln, block size r, parallelization p. Hashing a password takes 32 MiB of memory and a
 * few tenths of a second of CPU time. The values are from the OWASP Password Storage Cheat Sheet.
 */
const COST = { ln: 15, r: 8, p: 3 } as const;
const HASH_BYTES = 32;
/** PHC string format: `$scrypt$ln=15,r=8,p=3$salt$hash`, base64 without padding. */
const HASH_FORMAT = /^\$scrypt\$ln=(1[4-8]),r=(8),p=([1-8])\$([A-Za-z0-9+/]{22,86})\$([A-Za-z0-9+/]{43})$/u;

/** Whether a text has the format that `hashPassword` returns. */
export function isPasswordHash(text: string): boolean {
  return HASH_FORMAT.test(text);
}

/** Returns the salted scrypt hash of a password in PHC string format, for the configuration. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, COST);
  const { ln, r, p } = COST;
  return `$scrypt$ln=${ln},r=${r},p=${p}$${base64(salt)}$${base64(hash)}`;
}

/** Whether a password matches a hash. The comparison takes constant time. Returns `false` for a malformed hash. */
export async function isPassword(password: string, stored: string): Promise<boolean> {
  const [, ln, r, p, salt = '', hash = ''] = HASH_FORMAT.exec(stored) ?? [];
  if (ln === undefined) return false;
  const derived = await derive(password, Buffer.from(salt, 'base64'), {
    ln: Number(ln),
    r: Number(r),
    p: Number(p),
  });
  return timingSafeEqual(derived, Buffer.from(hash, 'base64'));
}

function derive(
  password: string,
  salt: Buffer,
  { ln, r, p }: { ln: number; r: number; p: number },
): Promise<Buffer> {
  const cost = 2 ** ln;
  return new Promise((resolve, reject) => {
    // Passwords are compared in Unicode normalization form NFKC, because keyboards differ in how they compose
    // characters.
    scrypt(
      password.normalize('NFKC'),
      salt,
      HASH_BYTES,
      { cost, blockSize: r, parallelization: p, maxmem: 2 * 128 * cost * r },
      (error, derived) => (error ? reject(error) : resolve(derived)),
    );
  });
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/u, '');
}
