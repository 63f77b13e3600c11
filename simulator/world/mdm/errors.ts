import type { CommandError, IssuanceOutcome } from '../model.js';

type Failure = Exclude<IssuanceOutcome, 'issued'>;

const connectionLost = (url: string) =>
  `Unable to obtain a certificate from the SCEP server at “${url}”. The network connection was lost. <MDM-SCEP:14006>`;

/** Error code and text for each cause of a failed certificate request. The texts resemble those of macOS but are not copies. */
const FAILURES: Record<Failure, { code: number; text: (url: string) => string }> = {
  'rate-limited': {
    code: 14006,
    text: (url) =>
      `Unable to contact the SCEP server at “${url}”. The server answered 429 Too Many Requests. <MDM-SCEP:14006>`,
  },
  'wrong-challenge': {
    code: 15001,
    text: (url) =>
      `The SCEP server at “${url}” refused the certificate request: the challenge password is not valid. <MDM-SCEP:15001>`,
  },
  'subject-too-long': {
    code: 15001,
    text: (url) =>
      `The SCEP server at “${url}” refused the certificate request: the common name is longer than 64 characters. <MDM-SCEP:15001>`,
  },
  'renewal-refused': {
    code: 15001,
    text: (url) => `The SCEP server at “${url}” does not support renewal. <MDM-SCEP:15001>`,
  },
  failed: { code: 14006, text: connectionLost },
  lost: { code: 14006, text: connectionLost },
};

/** The command error that a Mac reports after a failed certificate request to `url`. */
export function enrolmentError(failure: Failure, url: string): CommandError {
  const { code, text } = FAILURES[failure];
  return {
    errorCode: code,
    errorDomain: 'MDM-SCEP',
    errorLocalizedDescription: text(url),
    errorEnglishDescription: text(url),
  };
}

/** The command error that a Mac reports if Jamf Pro deleted the profile while the command was pending. */
export function missingProfileError(): CommandError {
  const text = 'The profile is no longer available. <MCProfileErrorDomain:1000>';
  return {
    errorCode: 1000,
    errorDomain: 'MCProfileErrorDomain',
    errorLocalizedDescription: text,
    errorEnglishDescription: text,
  };
}
