import { X509Certificate } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AsnConvert } from '@peculiar/asn1-schema';
import { Certificate } from '@peculiar/asn1-x509';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startSimulator } from '../../../simulator/index.js';
import { createKeys } from '../../../simulator/world/ca/keys.js';
import { signCertificate } from '../../../simulator/world/ca/x509.js';
import { auditCa } from '../../../src/domain/audit/ca.js';
import { askCa } from '../../../src/scep/ask.js';
import { describeCas } from '../../../src/scep/certificates.js';
import { limitByProcessTime } from '../../support/process-time.js';

const DAY_MS = 86_400_000;

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const one of undo.splice(0)) await one();
});

let der: Buffer;
beforeAll(async () => {
  const simulator = await startSimulator({ clock: 'manual', fleet: { computers: 1 } });
  der = Buffer.from(await simulator.world.ca.caCertificate());
  await simulator.close();
});

/** A CA with the given responses. Returns its address. */
async function pretend(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  undo.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/pki/ab/scep/1`;
}

const answering = (certificate: Buffer, capabilities = 'SHA-256\nAES') =>
  pretend((request, response) => {
    response.end(request.url?.includes('operation=GetCACaps') ? capabilities : certificate);
  });

const pemOf = (certificate: Buffer) => new X509Certificate(certificate).toString();

/** An element of DER whose length fits into two bytes. */
function element(tag: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat([...content]);
  const head = body.length < 128 ? [tag, body.length] : [tag, 0x82, body.length >> 8, body.length & 255];
  return Buffer.concat([Buffer.from(head), body]);
}

/** A chain in SignedData without signers, as in RFC 8894. */
function chainOf(...certificates: readonly Buffer[]): Buffer {
  const oid = (last: number) =>
    element(6, Buffer.from([0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, last]));
  const version = element(2, Buffer.from([1]));
  const data = element(0x30, oid(1));
  const signed = element(0x30, version, element(0x31), data, element(0xa0, ...certificates), element(0x31));
  return element(0x30, oid(2), element(0xa0, signed));
}

const expiryOf = (certificate: Buffer) =>
  AsnConvert.parse(certificate, Certificate).tbsCertificate.validity.notAfter.getTime().getTime();

describe('the information about a CA', () => {
  it('of the simulated Okta contains no renewal, and the expiry date', async () => {
    const simulator = await startSimulator({ clock: 'manual', fleet: { computers: 1 } });
    undo.push(() => simulator.close());
    const { ca } = simulator.world;
    expect(await askCa(`${simulator.url}${ca.scepPath}`, { now: () => 7 })).toEqual({
      askedAt: 7,
      error: '',
      answered: true,
      renewal: false,
      expiresAt: expiryOf(Buffer.from(await ca.caCertificate())),
      raExpiresAt: null,
      certificates: describeCas([new X509Certificate(Buffer.from(await ca.caCertificate()))]).certificates,
    });
    expect(await askCa(`${simulator.url}/pki/ab/scep/1`)).toMatchObject({
      error: 'GetCACert returned HTTP 404',
      answered: true,
    });
  });

  it('contains the earliest expiry date of a chain, and whether it supports renewal', async () => {
    const facts = await askCa(await answering(chainOf(der, der), 'AES\r\nRenewal\r\n'));
    expect(facts).toMatchObject({ error: '', renewal: true, expiresAt: expiryOf(der) });
  });

  it.each<[string, string, () => Buffer | string]>([
    ['an HTML page (text/html, 13 bytes)', 'text/html; charset=utf-8', () => '<html></html>'],
    [
      'an HTML page (application/x-x509-ca-cert, 23 bytes)',
      'application/x-x509-ca-cert',
      () => '\n<!DOCTYPE html><html>\n',
    ],
    ['an empty response (no content type, 0 bytes)', '', () => ''],
    ['an empty response (text/plain, 3 bytes)', 'text/plain', () => ' \r\n'],
    ['a PEM text instead of DER (application/x-pem-file', 'application/x-pem-file', () => pemOf(der)],
    ['neither a certificate nor a certificate chain (', '', () => der.toString('base64')],
    [
      'neither a certificate nor a certificate chain (application/json',
      'application/json',
      () => '{"error":"no"}',
    ],
    ['DER without a readable certificate (', '', () => chainOf()],
    ['DER without a readable certificate (', '', () => chainOf(der).subarray(0, 300)],
    ['DER without a readable certificate (no content type', '<script>', () => chainOf(element(0x30))],
  ])('is empty for %s', async (described, type, body) => {
    const url = await pretend((_, response) => {
      if (type !== '') response.setHeader('Content-Type', type);
      response.end(body());
    });
    const facts = await askCa(url);
    expect(facts).toMatchObject({ answered: true, expiresAt: null });
    expect(facts.error).toContain(`GetCACert returned ${described}`);
    expect(auditCa(facts).map(({ rule }) => rule)).toEqual(['ca-response']);
  });

  it('is empty after a redirect: only the host of the profile is requested', async () => {
    let asked = 0;
    const elsewhere = await pretend((_, response) => {
      asked += 1;
      response.end();
    });
    const url = await pretend((_, response) => response.writeHead(302, { Location: elsewhere }).end());
    expect((await askCa(url)).error).toBe('GetCACert was redirected; Recert does not follow redirects');
    expect(asked).toBe(0);
  });

  it('is empty when the CA does not respond in time, does not exist, sends too much, or has an invalid address', async () => {
    limitByProcessTime();
    expect((await askCa(await pretend(() => undefined), { timeoutMs: 50 })).error).toBe(
      'no response in time',
    );
    expect((await askCa('http://127.0.0.1:1/pki/ab/scep/1')).error).toBe('ECONNREFUSED');
    expect(await askCa(await answering(Buffer.alloc(300_000)))).toMatchObject({
      error: 'GetCACert returned more than 256 KiB',
      answered: true,
    });
    const busy = await askCa(await pretend((_, response) => response.writeHead(503).end()));
    expect(busy).toMatchObject({ error: 'GetCACaps returned HTTP 503', answered: false });
    expect(auditCa(busy).map(({ rule }) => rule)).toEqual(['ca-unreachable']);
    expect((await askCa('file:///etc/passwd')).error).toBe('the URL is not a valid http or https address');
  });

  it('is requested without any other data', async () => {
    const sent: string[] = [];
    const url = await pretend((request, response) => {
      sent.push(`${request.url ?? ''} ${request.headers.authorization ?? 'nobody'}`);
      response.end('AES');
    });
    await askCa(`${url.replace('http://', 'http://user:pass@')}#fragment`);
    expect(sent[0]).toBe('/pki/ab/scep/1?operation=GetCACaps nobody');
  });
});

describe('the SCEP request to a CA', () => {
  /** A CA that has capabilities and a certificate only for the name `Acme CA`. */
  const named = () =>
    pretend((request, response) => {
      const { searchParams } = new URL(request.url ?? '', 'http://ca');
      if (searchParams.get('message') !== 'Acme CA') response.writeHead(404).end();
      else response.end(searchParams.get('operation') === 'GetCACaps' ? 'Renewal' : der);
    });

  it('contains the name in the payload, which selects the authority', async () => {
    const url = await named();
    expect(await askCa(url, { name: 'Acme CA' })).toMatchObject({ error: '', renewal: true });
    expect(await askCa(`${url}?message=other`, { name: 'Acme CA' })).toMatchObject({ error: '' });
    expect(await askCa(url)).toMatchObject({ error: 'GetCACert returned HTTP 404', answered: true });
  });

  it.each([
    ['Acme CA', '&message=Acme%20CA'],
    ['a+b&c=d', '&message=a%2Bb%26c%3Dd'],
    ['Zoë', '&message=Zo%C3%AB'],
    ['', ''],
  ])('contains the encoded name %j', async (name, message) => {
    const sent: string[] = [];
    const url = await pretend((request, response) => {
      sent.push(request.url ?? '');
      response.end(der);
    });
    await askCa(`${url}?profile=mac`, { name });
    expect(sent).toEqual(
      ['GetCACaps', 'GetCACert'].map((one) => `/pki/ab/scep/1?profile=mac&operation=${one}${message}`),
    );
  });

  it.each<[string, number, string, boolean | null]>([
    ['404', 404, '', null],
    ['501', 501, '', null],
    ['405 with a text that looks like capabilities', 405, 'Renewal', null],
    ['500', 500, 'oops', null],
    ['an empty response', 200, ' \n', null],
    ['an HTML page', 200, '<html>Renewal</html>', null],
    ['a list without renewal', 200, 'AES\nSHA-256', false],
    ['a list with renewal', 200, 'AES RENEWAL', true],
  ])('for the certificate is sent also if GetCACaps returns %s', async (_, status, body, renewal) => {
    const url = await pretend((request, response) => {
      if (request.url?.includes('GetCACaps')) response.writeHead(status).end(body);
      else response.end(der);
    });
    const facts = await askCa(url);
    expect(facts).toMatchObject({ error: '', renewal, expiresAt: expiryOf(der) });
  });
});

describe('a certificate chain', () => {
  const [caKeys, raKeys] = [createKeys(), createKeys()];
  const soon = Math.floor(Date.now() / 1000) * 1000;
  const [CA_END, RA_END] = [soon + 3_650 * DAY_MS, soon + 300 * DAY_MS];
  const sign = (more: Partial<Parameters<typeof signCertificate>[0]>) =>
    signCertificate({
      serialNumber: '01',
      subject: [['CN', 'RA']],
      issuer: [['CN', 'Root']],
      notBeforeAt: soon - DAY_MS,
      notAfterAt: RA_END,
      subjectKey: raKeys.publicKey,
      issuerKeys: caKeys,
      authority: false,
      ...more,
    });
  const root = sign({
    subject: [['CN', 'Root']],
    notAfterAt: CA_END,
    subjectKey: caKeys.publicKey,
    authority: true,
  });
  const ra = sign({});
  const selfSigned = (end: number, name: string) =>
    sign({ subject: [['CN', name]], issuer: [['CN', name]], notAfterAt: end, issuerKeys: raKeys });
  const known = async (...certificates: Buffer[]) => {
    const { error, expiresAt, raExpiresAt } = await askCa(await answering(chainOf(...certificates)));
    return { error, expiresAt, raExpiresAt };
  };

  it.each<[string, Buffer[], number | null, number | null]>([
    ['CA, then RA', [root, ra], CA_END, RA_END],
    ['RA, then CA', [ra, root], CA_END, RA_END],
    [
      'CA and two RAs, for signing and for encryption',
      [ra, root, sign({ notAfterAt: soon + DAY_MS })],
      CA_END,
      soon + DAY_MS,
    ],
    ['CA and an RA that signed itself', [selfSigned(RA_END, 'RA'), root], CA_END, RA_END],
    ['CA alone', [root], CA_END, null],
    ['a CA that does not say so, alone', [selfSigned(RA_END, 'Old')], RA_END, null],
    ['two CAs', [root, sign({ subject: [['CN', 'Sub']], authority: true })], RA_END, null],
    ['two RAs without their CA', [ra, sign({ subject: [['CN', 'RA 2']] })], null, RA_END],
  ])('of %s has the expiry date of each certificate', async (_, certificates, expiresAt, raExpiresAt) => {
    expect(await known(...certificates)).toEqual({ error: '', expiresAt, raExpiresAt });
  });

  it('with an RA that expires within a year does not report that the CA expires', async () => {
    const facts = await askCa(await answering(chainOf(root, ra)));
    expect(auditCa(facts)).toEqual([]);
    const ended = await askCa(await answering(chainOf(root, sign({ notAfterAt: soon - 1_000 }))));
    expect(auditCa(ended)).toMatchObject([{ rule: 'ra-expiring', severity: 'error' }]);
  });

  it('is also parsed in BER with indefinite lengths, as Java writes it', async () => {
    const open = (tag: number, ...content: Buffer[]) =>
      Buffer.concat([Buffer.from([tag, 0x80]), ...content, Buffer.from([0, 0])]);
    const [oid, version] = [element(6, Buffer.from([42])), element(2, Buffer.from([1]))];
    const signed = open(0x30, version, element(0x31), open(0x30, oid), open(0xa0, root, ra), element(0x31));
    const body = open(0x30, oid, open(0xa0, signed));
    expect(await askCa(await answering(body))).toMatchObject({ expiresAt: CA_END, raExpiresAt: RA_END });
    const cut = await askCa(await answering(body.subarray(0, -2)));
    expect(cut.error).toContain('DER without a readable certificate');
  });
});
