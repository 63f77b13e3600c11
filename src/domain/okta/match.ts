import type { CaGeneration, OktaState, ScepConfiguration } from './state.js';

/** Normalizes a key identifier: upper-case hex without colons and blanks. */
export function keyIdOf(text: string): string {
  return text.replace(/[:\s]/g, '').toUpperCase();
}

/**
 * Returns the SCEP configuration of a profile, by the SCEP URL of its payload. The host is compared without case, the
 * path exactly.
 */
export function configurationFor(
  url: string,
  { configurations }: Pick<OktaState, 'configurations'>,
): ScepConfiguration | null {
  const wanted = placeOf(url);
  return (wanted !== null && configurations.find((one) => placeOf(one.url) === wanted)) || null;
}

function placeOf(url: string): string | null {
  if (!URL.canParse(url)) return null;
  const { host, pathname } = new URL(url);
  return `${host}${pathname.replace(/\/$/, '')}`;
}

/** Returns the generation that replaces the one that a configuration issues from; `null` if there is none. */
export function successorOf(
  { authorityId, keyId }: ScepConfiguration,
  { generations }: Pick<OktaState, 'generations'>,
): CaGeneration | null {
  const active = generations.find(
    (one) => one.authorityId === authorityId && one.rotation === 'ACTIVE' && one.keyId !== keyId,
  );
  return keyId === '' ? null : (active ?? null);
}
