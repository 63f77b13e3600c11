import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AsnConvert } from '@peculiar/asn1-schema';
import { Certificate } from '@peculiar/asn1-x509';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startSimulator } from '../../../simulator/index.js';
import { askCa } from '../../../src/scep/ask.js';

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

/** A CA that answers as it is told; its address. */
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
    response.end(request.url?.endsWith('operation=GetCACaps') ? capabilities : certificate);
  });

/** One element of DER, whose length fits into two bytes. */
function element(tag: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat([...content]);
  const head = body.length < 128 ? [tag, body.length] : [tag, 0x82, body.length >> 8, body.length & 255];
  return Buffer.concat([Buffer.from(head), body]);
}

/** A chain in SignedData without signers, as RFC 8894 has it. */
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

describe('a CA says of itself', () => {
  it('that of the pretend Okta: no renewal, and when it ends', async () => {
    const simulator = await startSimulator({ clock: 'manual', fleet: { computers: 1 } });
    undo.push(() => simulator.close());
    const { ca } = simulator.world;
    expect(await askCa(`${simulator.url}${ca.scepPath}`, { now: () => 7 })).toEqual({
      askedAt: 7,
      error: '',
      renewal: false,
      expiresAt: expiryOf(Buffer.from(await ca.caCertificate())),
    });
    expect((await askCa(`${simulator.url}/pki/ab/scep/1`)).error).toBe('GetCACaps returned HTTP 404');
  });

  it('a chain, of which the first to end counts, and renewal', async () => {
    const facts = await askCa(await answering(chainOf(der, der), 'AES\r\nRenewal\r\n'));
    expect(facts).toMatchObject({ error: '', renewal: true, expiresAt: expiryOf(der) });
  });

  it.each([
    ['no certificate', () => Buffer.from('<html>')],
    ['a chain without certificates', () => chainOf()],
    ['half a chain', () => chainOf(der).subarray(0, 300)],
    ['nothing', () => Buffer.alloc(0)],
  ])('nothing, with %s', async (_, certificate) => {
    expect(await askCa(await answering(certificate()))).toMatchObject({
      error: 'GetCACert returned no certificate',
      expiresAt: null,
    });
  });

  it('nothing when it redirects: only the host of the profile is asked', async () => {
    let asked = 0;
    const elsewhere = await pretend((_, response) => {
      asked += 1;
      response.end();
    });
    const url = await pretend((_, response) => response.writeHead(302, { Location: elsewhere }).end());
    expect((await askCa(url)).error).toBe('GetCACaps was redirected; Recert does not follow redirects');
    expect(asked).toBe(0);
  });

  it('nothing when it does not answer in time, is not there, answers too much, or has no valid address', async () => {
    expect((await askCa(await pretend(() => undefined), { timeoutMs: 50 })).error).toBe(
      'no response in time',
    );
    expect((await askCa('http://127.0.0.1:1/pki/ab/scep/1')).error).toBe('ECONNREFUSED');
    expect((await askCa(await answering(Buffer.alloc(300_000)))).error).not.toBe('');
    expect((await askCa('file:///etc/passwd')).error).toBe('the URL is not a valid http or https address');
  });

  it('and is sent nothing but the question', async () => {
    const sent: string[] = [];
    const url = await pretend((request, response) => {
      sent.push(`${request.url ?? ''} ${request.headers.authorization ?? 'nobody'}`);
      response.end('AES');
    });
    await askCa(`${url.replace('http://', 'http://user:pass@')}#fragment`);
    expect(sent[0]).toBe('/pki/ab/scep/1?operation=GetCACaps nobody');
  });
});
