import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/**
 * Cost of scrypt: N = 2^ln, block size, lanes. 32 MiB and some tenths of a second for each try, one of the settings that OWASP's
 * password storage cheat sheet holds to be equal.
 */
const COST = { ln: 15, r: 8, p: 3 } as const;
const HASH_BYTES = 32;
/** The string format of the Password Hashing Competition: `$scrypt$ln=15,r=8,p=3$salt$hash`, base64 without padding. */
const WRITTEN = /^\$scrypt\$ln=(1[4-8]),r=(8),p=([1-8])\$([A-Za-z0-9+/]{22,86})\$([A-Za-z0-9+/]{43})$/u;

/** Whether a text is a hash that `hashPassword` could have made. */
export function isPasswordHash(text: string): boolean {
  return WRITTEN.test(text);
}

/** A salted scrypt hash of a password, for the configuration. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, COST);
  const { ln, r, p } = COST;
  return `$scrypt$ln=${ln},r=${r},p=${p}$${base64(salt)}$${base64(hash)}`;
}

/** Whether a password is the one of a hash; false for what is no hash. The comparison takes the same time whatever differs. */
export async function isPassword(password: string, written: string): Promise<boolean> {
  const [, ln, r, p, salt = '', hash = ''] = WRITTEN.exec(written) ?? [];
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
    // Unicode has several spellings of one text, and keyboards differ.
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
