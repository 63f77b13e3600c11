import { assess } from '../../domain/assess.js';
import { sameSerialNumber } from '../../domain/certificate.js';
import type { OktaState, RevokedCertificate, RevokedMac } from '../../domain/okta/state.js';
import type { FleetDeps } from '../inventory/deps.js';

type Deps = Pick<FleetDeps, 'computers' | 'profiles' | 'now'>;

/** Shortest text that can be a serial number. A shorter one may be any other number. */
const LEAST_LENGTH = 8;
/** Maximum number of words of one event that are looked up. */
const MAX_TERMS = 20;

/**
 * Finds the Macs whose current certificate Okta revoked. Okta does not document which field of an event has the serial
 * number, so an event is matched by all of its texts: a word names the Mac (serial number or UDID), and another one is
 * the serial number of its current certificate. An event that names no known Mac is not matched.
 */
export async function findRevokedMacs(
  deps: Deps,
  instance: string,
  { revoked }: Pick<OktaState, 'revoked'>,
): Promise<Pick<OktaState, 'revoked' | 'revokedMacs'>> {
  const resolved: RevokedCertificate[] = [];
  for (const one of revoked)
    resolved.push(one.computerIds ? one : { ...one, computerIds: await idsIn(deps, instance, one.words) });
  const found = new Map<string, RevokedMac>();
  for (const one of resolved)
    for (const mac of await currentOn(deps, instance, one))
      found.set(`${mac.profile} ${mac.computerId}`, mac);
  return { revoked: resolved, revokedMacs: [...found.values()] };
}

/** Returns the Macs of an event whose certificate for a watched profile is the revoked one. */
async function currentOn(
  { computers, profiles, now }: Deps,
  instance: string,
  { computerIds = [], words, at }: RevokedCertificate,
): Promise<RevokedMac[]> {
  if (computerIds.length === 0) return [];
  const { watched } = await profiles.watchedProfiles(instance);
  return (await computers.getMany(instance, computerIds)).flatMap((computer) => {
    if (computer === null || computer.retiredAt !== null) return [];
    const { id, name, serialNumber } = computer;
    return watched
      .filter((profile) => isAmong(words, assess(computer, profile, now()).certificate?.serialNumber ?? ''))
      .map((profile) => ({
        profile: profile.name,
        computerId: id,
        computer: [name, serialNumber && `(${serialNumber})`].filter(Boolean).join(' ') || `computer ${id}`,
        at,
      }));
  });
}

function isAmong(words: readonly string[], serialNumber: string): boolean {
  if (serialNumber.length < LEAST_LENGTH) return false;
  return words.some(
    (word) => word.length >= LEAST_LENGTH && sameSerialNumber(word, serialNumber, LEAST_LENGTH),
  );
}

/** Returns the IDs of the Macs whose serial number or UDID is a word of a text. */
async function idsIn({ computers }: Deps, instance: string, texts: readonly string[]): Promise<string[]> {
  const words = new Set(texts.flatMap((text) => text.split(/[^\w-]+/)));
  const terms = [...words].filter(({ length }) => length >= LEAST_LENGTH).slice(0, MAX_TERMS);
  const ids = new Set<string>();
  for (const term of terms) {
    const mac =
      (await computers.findBySerialNumber(instance, term)) ?? (await computers.findByUdid(instance, term));
    if (mac) ids.add(mac.id);
  }
  return [...ids];
}
