import axios from 'axios';
import type { CaFacts } from '../domain/audit/ca.js';
import { certificatesIn } from './certificates.js';

/** Capabilities are some words, a chain some kilobytes. */
const MOST_BYTES = 256 * 1024;
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Asks a CA what it says of itself: GetCACaps and GetCACert (RFC 8894, 3.5.1 and 4.2). Nothing secret is sent, no redirect is followed:
 * only the host that the profile names is asked. Never throws; `url` is that of the profile, `timeoutMs` is for each question.
 */
export async function askCa(
  url: string,
  { now = Date.now, timeoutMs = 10_000 }: { now?: () => number; timeoutMs?: number } = {},
): Promise<CaFacts> {
  const askedAt = now();
  try {
    const capabilities = (await ask(url, 'GetCACaps', timeoutMs)).toString('latin1').split(/\s+/);
    const chain = certificatesIn(await ask(url, 'GetCACert', timeoutMs));
    return {
      askedAt,
      error: '',
      renewal: capabilities.some((one) => one.toLowerCase() === 'renewal'),
      expiresAt: Math.min(...chain.map(({ validTo }) => Date.parse(validTo))),
    };
  } catch (error) {
    return { askedAt, error: reasonOf(error), renewal: null, expiresAt: null };
  }
}

async function ask(url: string, operation: string, timeoutMs: number): Promise<Buffer> {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) throw new Refused('no address');
  const target = new URL(url);
  target.username = target.password = target.hash = '';
  target.searchParams.set('operation', operation);
  const { status, data } = await axios.get<ArrayBuffer>(target.href, {
    headers: { 'User-Agent': 'recert', Accept: '*/*' },
    responseType: 'arraybuffer',
    signal: AbortSignal.timeout(timeoutMs),
    maxRedirects: 0,
    maxContentLength: MOST_BYTES,
    validateStatus: () => true,
    ...(LOOPBACK.has(target.hostname) ? { proxy: false } : {}),
  });
  if (status >= 300 && status < 400) throw new Refused(`${operation} is redirected, which is not followed`);
  if (status !== 200) throw new Refused(`${operation} is answered with ${status}`);
  return Buffer.from(data);
}

/** Said by us, so it may be told. */
class Refused extends Error {}

/** The address of a CA holds an id of its own: of errors that are not ours only the code is told. */
function reasonOf(error: unknown): string {
  if (error instanceof Refused) return error.message;
  if (axios.isCancel(error)) return 'no answer in time';
  if (axios.isAxiosError(error)) return error.code ?? 'no answer';
  return 'GetCACert is answered with no certificate';
}
