import { createHash, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readScep } from '../../../../simulator/world/profiles/payload.js';
import { BLUE, computerOf, DAY, GREEN, HOUR, JOIN_GREEN, makeWorld, MINUTE } from './support.js';

const outcomes = (world: ReturnType<typeof makeWorld>) => world.ca.log().map(({ outcome }) => outcome);

describe('the CA', () => {
  it('issues real certificates with the requested lifetime', async () => {
    const world = makeWorld({ ca: { lifetime: '90d' } });
    const issuer = new X509Certificate(await world.ca.caCertificate());
    expect(issuer.ca).toBe(true);
    expect(issuer.checkIssued(issuer)).toBe(true);
    expect(issuer.verify(issuer.publicKey)).toBe(true);

    world.groups.changeMembers(JOIN_GREEN, { add: [1] });
    await world.clock.advance(MINUTE);
    const [entry] = world.ca.log();
    const der = await world.ca.certificate(entry?.serialNumber ?? '');
    const certificate = new X509Certificate(der ?? new Uint8Array());
    expect(certificate.verify(issuer.publicKey)).toBe(true);
    expect(certificate.checkIssued(issuer)).toBe(true);
    expect(certificate.ca).toBe(false);
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
    const uuid = world.profiles.get(GREEN)?.uuid ?? '';
    expect(certificate.subject).toBe(`CN=${computerOf(world, 1).serialNumber} ${uuid}`);
    expect(BigInt(`0x${certificate.serialNumber}`).toString()).toBe(entry?.serialNumber);
    const lifetime = Date.parse(certificate.validTo) - Date.parse(certificate.validFrom);
    expect(lifetime).toBe(90 * DAY);
    const own = world.mac(1)?.keychain.find(({ profileId }) => profileId === GREEN);
    expect(own?.sha1Fingerprint).toBe(
      createHash('sha1')
        .update(der ?? '')
        .digest('hex'),
    );
    expect(own?.expiresAt).toBe(Date.parse(certificate.validTo));
  });

  it('returns the certificates of the initial fleet, which are not in its log', async () => {
    const world = makeWorld();
    const own = world.mac(2)?.keychain.find(({ profileId }) => profileId === BLUE);
    const certificate = new X509Certificate((await world.ca.certificate(own?.serialNumber ?? '')) ?? '');
    expect(Date.parse(certificate.validTo)).toBe(own?.expiresAt);
    expect(world.ca.log()).toEqual([]);
    expect(await world.ca.certificate('00')).toBeUndefined();
  });

  it('uses the same subjects as the inventory', async () => {
    const world = makeWorld({ profiles: { subject: 'CN=$SERIALNUMBER,OU=macs,CN=$PROFILE_IDENTIFIER' } });
    const own = world.mac(2)?.keychain.find(({ profileId }) => profileId === BLUE);
    const { subject } = new X509Certificate((await world.ca.certificate(own?.serialNumber ?? '')) ?? '');
    expect(subject.split('\n').join(',')).toBe(own?.subjectName);
  });

  it('writes long names, names with other than ASCII characters, and several attributes', async () => {
    const subject = 'CN=$COMPUTERNAME,OU=R&D — Łódź,CN=$PROFILE_IDENTIFIER';
    const world = makeWorld({ profiles: { subject } });
    world.actions.rename(1, '🦄 José, "Zoë" = x');
    world.actions.reportInventory(1);
    world.groups.changeMembers(JOIN_GREEN, { add: [1] });
    await world.clock.advance(MINUTE);
    const der = await world.ca.certificate(world.ca.log()[0]?.serialNumber ?? '');
    const { subject: name } = new X509Certificate(der ?? '');
    expect(name).toContain('Łódź');
    expect(name).toContain('🦄');
    expect(name.split('\n')).toHaveLength(3);
  });

  it('offers no renewal and refuses renewal requests', () => {
    const world = makeWorld();
    expect(world.ca.caps()).toContain('SHA-256');
    expect(world.ca.caps().toLowerCase()).not.toContain('renewal');
    world.ca.refuseRenewal(world.mac(1)?.keychain[0]?.serialNumber ?? '');
    expect(outcomes(world)).toEqual(['renewal-refused']);
    expect(world.ca.issuedByComputer().size).toBe(0);
  });

  it('limits the certificates per hour, and starts counting again in the next hour', async () => {
    const world = makeWorld({ ca: { perHour: 3 } });
    world.profiles.redeployAll(BLUE);
    await world.clock.advance(MINUTE);
    expect(outcomes(world).filter((one) => one === 'issued')).toHaveLength(3);
    expect(outcomes(world).filter((one) => one === 'rate-limited')).toHaveLength(7);
    const failed = world.commands.all().find(({ state }) => state === 'ERROR');
    expect(failed?.error?.errorLocalizedDescription).toContain('429 Too Many Requests');
    await world.clock.advance(HOUR);
    world.groups.changeMembers(JOIN_GREEN, { add: [1, 2, 3] });
    await world.clock.advance(MINUTE);
    expect(outcomes(world).filter((one) => one === 'issued')).toHaveLength(6);
  });

  it('refuses the old secret after a reset, until the profile contains the new one', async () => {
    const world = makeWorld();
    const secret = world.ca.resetChallenge();
    world.groups.changeMembers(JOIN_GREEN, { add: [1] });
    await world.clock.advance(MINUTE);
    expect(outcomes(world)).toEqual(['wrong-challenge']);
    world.profiles.setChallenge(GREEN, secret);
    expect(readScep(world.profiles.get(GREEN)?.payloads ?? '')?.challenge).toBe(secret);
    world.groups.changeMembers(JOIN_GREEN, { add: [2] });
    await world.clock.advance(MINUTE);
    expect(outcomes(world)).toEqual(['wrong-challenge', 'issued']);
  });

  it('fails randomly with the configured share, and never shows the secret', async () => {
    const world = makeWorld({ fleet: { computers: 200 }, ca: { failing: 0.25 } });
    world.profiles.redeployAll(BLUE);
    await world.clock.advance(HOUR);
    const failed = outcomes(world).filter((one) => one === 'failed').length;
    expect(failed).toBeGreaterThan(25);
    expect(failed).toBeLessThan(75);
    expect(JSON.stringify([world.commands.all(), world.ca.log()])).not.toContain(world.ca.challenge);
  });
});

describe('the subject example of Okta', () => {
  it('fits at the first installation and is too long at a redistribution, when Jamf Pro adds the identifier', async () => {
    const world = makeWorld({ profiles: { subject: 'CN=$COMPUTERNAME ma $UDID' } });
    world.groups.changeMembers(JOIN_GREEN, { add: [1] });
    await world.clock.advance(MINUTE);
    expect(outcomes(world)).toEqual(['issued']);
    world.profiles.redeployAll(GREEN);
    await world.clock.advance(MINUTE);
    expect(outcomes(world)).toEqual(['issued', 'subject-too-long']);
    expect(world.ca.log()[1]?.subject).toContain(world.profiles.get(GREEN)?.uuid);
    expect(world.commands.all()[1]).toMatchObject({ state: 'ERROR', redistribution: true });
  });
});

describe('the payload of a profile', () => {
  it('is a property list with the current URL of this server', () => {
    const world = makeWorld({ baseUrl: 'http://127.0.0.1:1' });
    const url = () => readScep(world.profiles.get(BLUE)?.payloads ?? '')?.url;
    expect(url()).toBe(`http://127.0.0.1:1${world.ca.scepPath}`);
    expect(world.ca.scepPath).toMatch(/^\/pki\/[0-9A-F]{40}\/scep\/rac\w+$/);
    world.setBaseUrl('https://jamf.example:8443/');
    expect(url()).toBe(`https://jamf.example:8443${world.ca.scepPath}`);
    expect(readScep(world.profiles.get(14)?.payloads ?? '')).toBeNull();
  });

  it('that is not a property list is refused without repeating it', () => {
    const world = makeWorld();
    const payloads = '<plist><dict><key>Challenge</key><string>hush</string>';
    expect(() => world.profiles.update(BLUE, { payloads })).toThrow(/^the payloads are not a property list$/);
    expect(world.profiles.get(BLUE)?.scep?.challenge).toBe(world.ca.challenge);
  });
});
