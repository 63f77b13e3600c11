import { describe, expect, it } from 'vitest';
import { withoutSecrets } from '../../../../simulator/http/request-log.js';

describe('the request log', () => {
  it.each([
    ['grant_type=client_credentials&client_id=a&client_secret=hush', 'client_secret=REDACTED'],
    ['<webhook><password>hush</password></webhook>', '<password>REDACTED</password>'],
    ['<webhook><header>{"X-Key":"hush"}</header></webhook>', '<header>REDACTED</header>'],
    [
      '<os_x_configuration_profile><general><payloads>&lt;key&gt;Challenge&lt;/key&gt;\n&lt;string&gt;hush&lt;/string&gt;</payloads></general></os_x_configuration_profile>',
      '<payloads>REDACTED</payloads>',
    ],
    ['{"client_secret":"hu\\"hush","name":"x"}', '"client_secret":"REDACTED","name":"x"'],
    ['{"password" : "hush"}', '"REDACTED"'],
  ])('hides the secret in %s', (body, expected) => {
    const logged = withoutSecrets(body);
    expect(logged).toContain(expected);
    expect(logged).not.toContain('hush');
  });

  it('does not change other text', () => {
    const body =
      '<computer_group><computer_additions><computer><id>6</id></computer></computer_additions></computer_group>';
    expect(withoutSecrets(body)).toBe(body);
  });
});
