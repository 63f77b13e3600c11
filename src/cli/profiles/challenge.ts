import { readFile } from 'node:fs/promises';
import { Secret } from '../../config/values/secret.js';
import type { Context } from '../context.js';
import { CliError, EXIT } from '../exit.js';

/** Reads the secret key of Okta from a file or from `RECERT_SCEP_CHALLENGE`; `null` if none is given. */
export async function readChallenge(
  file: string | undefined,
  { environment }: Context,
): Promise<Secret | null> {
  const text =
    file === undefined
      ? environment.RECERT_SCEP_CHALLENGE
      : await readFile(file, 'utf8').catch(() => {
          throw new CliError(EXIT.usage, `--challenge-file: cannot read ${file}`);
        });
  const challenge = text?.trim() ?? '';
  if (challenge === '' && file !== undefined)
    throw new CliError(
      EXIT.usage,
      `--challenge-file: ${file} is empty. Write the secret key from Okta to it.`,
    );
  return challenge === '' ? null : new Secret(challenge);
}
