import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditSettings } from '../../../src/domain/audit/settings.js';
import { EXIT } from '../../../src/cli/exit.js';
import { scepIn } from '../../../src/jamf/parsing/scep.js';
import { parseXml } from '../../../src/xml/parse.js';
import { goodProfile } from '../../unit/domain/support/profiles.js';
import { mac, startApi, type TestApi, TOKENS } from '../api/support.js';
import { recert } from '../../support/cli.js';

const CHALLENGE = 'canary & challenge <"of">';
const SCEP_URL = 'https://example.okta.com/pki/0123456789abcdef/scep/aus1';

let api: TestApi;
let folder: string;
beforeAll(async () => {
  api = await startApi();
  folder = await mkdtemp(join(tmpdir(), 'recert-audit-generate-'));
});
afterAll(async () => {
  await api.close();
  await rm(folder, { recursive: true, force: true });
});

const generate = (out: string, { environment = {}, url = SCEP_URL, more = [] as string[] } = {}) =>
  recert(
    ['profiles', 'generate', '--name', 'Okta SCEP', '--scep-url', url, '--out', join(folder, out), ...more],
    {
      environment: {
        RECERT_URL: api.url,
        RECERT_TOKEN: TOKENS.viewer,
        RECERT_SCEP_CHALLENGE: CHALLENGE,
        ...environment,
      },
    },
  );

const subjectIn = async (out: string) =>
  scepIn(await readFile(join(folder, `${out}.mobileconfig`), 'utf8'))?.[0]?.subject;

describe('recert profiles generate', () => {
  it('writes a profile without findings, readable by its owner only, and never shows the challenge', async () => {
    const { code, out, err } = await generate('good');
    expect([code, err]).toEqual([EXIT.done, expect.stringContaining('Redistribute Profile')]);
    expect(out + err).not.toContain('canary');
    const text = await readFile(join(folder, 'good.mobileconfig'), 'utf8');
    expect(auditSettings(goodProfile({ scep: scepIn(text) }))).toEqual([]);
    const xml = parseXml(await readFile(join(folder, 'good.xml'), 'utf8'), { limit: 100_000 });
    expect(xml).toMatchObject({
      os_x_configuration_profile: {
        general: { name: 'Okta SCEP', level: 'Computer', payloads: text },
        scope: { all_computers: 'false' },
      },
    });
    expect(((await stat(join(folder, 'good.xml'))).mode & 0o777).toString(8)).toBe('600');
    expect((await generate('good')).code).toBe(EXIT.usage);
  });

  it('uses the first subject that fits every Mac', async () => {
    await generate('short');
    expect(await subjectIn('short')).toBe('CN=$SERIALNUMBER ma $PROFILE_IDENTIFIER');
    await api.save(mac('10', 100, api.now(), { serialNumber: 'S'.repeat(40) }));
    await generate('odd');
    expect(await subjectIn('odd')).toBe('CN=$JSSID ma $PROFILE_IDENTIFIER');
  });

  it('refuses settings with findings, and a missing challenge', async () => {
    const plain = await generate('plain', { url: 'http://example.okta.com/pki/ab/scep/1' });
    expect([plain.code, plain.err]).toEqual([EXIT.usage, expect.stringContaining('begins with http://')]);
    const none = await generate('none', { environment: { RECERT_SCEP_CHALLENGE: '' } });
    expect([none.code, none.err]).toEqual([EXIT.usage, expect.stringContaining('--challenge-file')]);
    await expect(stat(join(folder, 'plain.xml'))).rejects.toThrow('ENOENT');
  });
});
