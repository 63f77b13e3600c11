import { describe, expect, it } from 'vitest';
import { attributesIn, subjectText } from '../../../../src/domain/audit/attribute-type.js';
import { stableSubject } from '../../../../src/domain/audit/stable-subject.js';

const stable = (subject: string) => subjectText(stableSubject(attributesIn(subject)));

describe('a stable subject', () => {
  it.each([
    ['CN=$COMPUTERNAME ma $UDID', 'CN=$SERIALNUMBER ma $PROFILE_IDENTIFIER'],
    ['CN=$COMPUTERNAME', 'CN=$SERIALNUMBER $PROFILE_IDENTIFIER'],
    ['CN=%ComputerName% ma $PROFILE_IDENTIFIER', 'CN=%SerialNumber% ma $PROFILE_IDENTIFIER'],
    ['CN=$UDID', 'CN=$SERIALNUMBER ma $PROFILE_IDENTIFIER'],
    ['CN=$COMPUTERNAME $MANAGEMENTID,O=Example', 'CN=$SERIALNUMBER ma $PROFILE_IDENTIFIER,O=Example'],
    ['O=$COMPUTERNAME', 'O=$SERIALNUMBER,CN=$SERIALNUMBER ma $PROFILE_IDENTIFIER'],
  ])('of %s is %s', (subject, expected) => {
    expect(stable(subject)).toBe(expected);
    expect(stable(expected)).toBe(expected);
  });

  it.each(['CN=$SERIALNUMBER ma $PROFILE_IDENTIFIER', 'CN=$EMAIL,OU=$PROFILE_IDENTIFIER'])(
    'of %s is the same',
    (subject) => {
      expect(stable(subject)).toBe(subject);
    },
  );
});
