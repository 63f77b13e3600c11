import { createHash } from 'node:crypto';
import type { CaGeneration } from '../../world/contracts/mdm.js';
import type { Backend } from '../backend.js';

const CA_TYPE = 'DEVICE_ACCESS_OKTA_AS_CA';
const ROOT_LIFETIME_MS = 12 * 365 * 86_400_000;

/** Dates of this API have an offset without a colon. */
const dateOf = (at: number, colon: boolean) =>
  colon ? new Date(at).toISOString() : new Date(at).toISOString().replace('Z', '+0000');

/** The certificate authorities as the API shows them: a root, and the intermediate that issues. */
export interface Authorities {
  list(expand: boolean): object[];
  certificates(authorityId: string): object[] | null;
  registrations(authorityId: string): object[] | null;
}

/** Describes the CA of the world in the format of the API. Expired generations are left out. */
export function describeAuthorities({ world, baseUrl, faults }: Backend): Authorities {
  const { ca, clock, options } = world;
  const { id, authorityId, keyId, createdAt, updatedAt } = ca.configuration();
  const { spelling } = faults.current().okta;
  const date = (at: number) => dateOf(at, spelling === 'other');
  const rootId = createHash('sha1').update(`root ${authorityId}`).digest('hex').toUpperCase();
  const subjectDN = (level: string) => `CN=Organization ${level} Authority, O=${options.institution}`;
  const known = ca.generations().filter(({ expiresAt }) => expiresAt > clock.now());
  const newest = ca.generations().at(-1);
  const caType = spelling === 'other' ? 'A_NEW_KIND_OF_CA' : CA_TYPE;

  const generation = (one: CaGeneration) => ({
    ski: one.keyId,
    aki: rootId,
    authorityInstanceId: authorityId,
    caType,
    type: 'INTERMEDIATE',
    rotationState: one.keyId === newest?.keyId ? 'ACTIVE' : 'RETIRING',
    status: 'VALID',
    subjectDN: subjectDN('Intermediate'),
    createdDate: date(one.createdAt),
    lastUpdatedDate: date(one.createdAt),
    expirationDate: date(one.expiresAt),
    jwk: { use: 'sig', ...one.publicKey.export({ format: 'jwk' }) },
  });
  const intermediate = known.toReversed().map(generation);
  const root = {
    ski: rootId,
    authorityInstanceId: rootId,
    caType,
    type: 'ROOT',
    rotationState: 'ACTIVE',
    status: 'VALID',
    subjectDN: subjectDN('Root'),
    createdDate: date(createdAt),
    lastUpdatedDate: date(createdAt),
    expirationDate: date(createdAt + ROOT_LIFETIME_MS),
  };
  const authority = (type: string, instance: string, certificates: object[], expand: boolean) => ({
    authorityInstanceId: instance,
    caType,
    type,
    status: 'VALID',
    subjectDN: subjectDN(type === 'ROOT' ? 'Root' : 'Intermediate'),
    ...(expand ? { _embedded: { certificates } } : {}),
  });
  const issuing = ca.generations().find((one) => one.keyId === keyId);
  const registration = {
    id,
    name: 'Jamf Pro: Macs',
    protocol: 'SCEP',
    challengeType: 'STATIC',
    status: 'ACTIVE',
    ski: createHash('sha1').update(`ra ${id}`).digest('hex').toUpperCase(),
    aki: keyId,
    caExpirationDate: date(issuing?.expiresAt ?? 0),
    authorityInstanceId: authorityId,
    scepUrl: `${baseUrl()}${ca.scepPath}`,
    configInfo: {},
    createdDate: date(createdAt),
    lastUpdatedDate: date(updatedAt),
  };
  const sparse = { id, aki: keyId, scepUrl: registration.scepUrl, status: null, newField: { nested: true } };
  const isKnown = (instance: string) => instance === authorityId || instance === rootId;
  return {
    list: (expand) => [
      authority('ROOT', rootId, [root], expand),
      authority('INTERMEDIATE', authorityId, intermediate, expand),
    ],
    certificates: (instance) => (isKnown(instance) ? (instance === rootId ? [root] : intermediate) : null),
    registrations: (instance) =>
      isKnown(instance) ? (instance === rootId ? [] : [spelling === 'sparse' ? sparse : registration]) : null,
  };
}
