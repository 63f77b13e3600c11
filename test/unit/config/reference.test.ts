import { format } from 'prettier';
import { describe, expect, it } from 'vitest';
import { settings } from '../../../src/config/reference.js';

const cell = (text: string) => text.replaceAll('|', '\\|');

const HEAD = `# Configuration

\`RECERT_CONFIG\` names one YAML file. \`\${NAME}\` in a value is taken from the environment; a key that ends in \`File\`
reads a secret from that file (\`clientSecretFile: /run/secrets/jamf\`). Durations are written \`30d\`, \`12h\`, \`15m\`, \`90s\`, \`250ms\`.
\`recert config check\` prints every error at once, or the effective values with secrets hidden.

This page is made from the schema (\`src/config\`); a test fails when it is out of date (\`npx vitest run test/unit/config -u\` renews it).

`;

describe('the configuration reference', () => {
  it('describes every setting', () => {
    expect(
      settings()
        .filter(({ description }) => description === '')
        .map(({ path }) => path),
    ).toEqual([]);
  });

  it('is what docs/configuration.md shows', async () => {
    const rows = settings().map(({ path, type, fallback, description }) => {
      return `| \`${path}\` | ${cell(type)} | ${fallback === null ? '**required**' : cell(`\`${fallback}\``)} | ${cell(description)} |`;
    });
    const page = `${HEAD}| Setting | Type | Default | |\n|---|---|---|---|\n${rows.join('\n')}\n`;
    await expect(await format(page, { parser: 'markdown' })).toMatchFileSnapshot(
      '../../../docs/configuration.md',
    );
  });
});
