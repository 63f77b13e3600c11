import { describe, expect, it } from 'vitest';
import { errorTextOf } from '../../../src/jamf/transport/error-body.js';

const page = (message: string) =>
  `<html>\n<head>\n   <title>Status page</title>\n</head>\n<body>\n<p style="x">Conflict</p>\n<p>Error: ${message}</p>\n</body></html>`;

describe('the text of an error response', () => {
  it.each([
    [
      'the cause of an ApiError',
      '{"httpStatus":403,"errors":[{"code":"INVALID_PRIVILEGE","field":"","description":"Forbidden"}]}',
      'INVALID_PRIVILEGE: Forbidden',
    ],
    [
      'all causes',
      '{"errors":[{"code":"A","field":"id","description":"one"},{"description":"two"}]}',
      'A: field id: one; two',
    ],
    ['nothing from an empty list', '{"httpStatus":500,"errors":[]}', ''],
    ['nothing from a list that is none', '{"errors":null}', ''],
    ['nothing from an array', '[1,2]', ''],
    [
      'an RFC 6749 error',
      '{"error":"invalid_client","error_description":"Unknown"}',
      'invalid_client: Unknown',
    ],
    ['an RFC 6749 error without description', '{"error":"invalid_client"}', 'invalid_client'],
    ['the error of a Classic page', page('Unable to match computer'), 'Unable to match computer'],
    ['entities', page('Duplicate name &lt;a &amp; b&gt;'), 'Duplicate name <a & b>'],
    [
      'the title of another page',
      '<html><head><title>502 Bad\nGateway</title></head></html>',
      '502 Bad Gateway',
    ],
    ['a plain text', 'upstream connect error\r\n', 'upstream connect error'],
    ['nothing from markup that says nothing', '<p>hello</p>', ''],
    ['nothing from nothing', '', ''],
    ['half of a JSON as text, in one line', '{"a":\u0000 1,', '{"a": 1,'],
  ])('is %s', (_, body, said) => expect(errorTextOf(body)).toBe(said));

  it('is at most as long as a log line', () => {
    expect(errorTextOf('x'.repeat(10_000))).toHaveLength(301);
  });
});
