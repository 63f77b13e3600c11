/** What Recert knows of the challenge in a profile of Jamf Pro. Times are on the clock of Recert. */
export interface ProfileSecret {
  /** SCEP URL of the payload. */
  url: string;
  /** See `ScepSettings.challengeSeal`. */
  seal: string;
  /** When Recert first read the profile with this challenge. */
  since: number;
}

/** A profile whose challenge is older than the secret of its SCEP configuration. */
export interface StaleSecret {
  profileId: string;
  configurationId: string;
  resetAt: number;
}

/**
 * Returns the profiles that still have the challenge from before the last reset of the secret in Okta. The ID of a
 * SCEP configuration is the last part of the SCEP URL. A reset before Recert first read the profile does not count,
 * because the profile may have been changed since.
 */
export function staleSecrets(
  secrets: ReadonlyMap<string, ProfileSecret>,
  resets: Readonly<Record<string, number>>,
): readonly StaleSecret[] {
  return [...secrets].flatMap(([profileId, { url, since }]) => {
    const configurationId = configurationIdIn(url);
    const resetAt = resets[configurationId];
    return resetAt !== undefined && resetAt > since ? [{ profileId, configurationId, resetAt }] : [];
  });
}

/** Returns the ID of the SCEP configuration in a SCEP URL; `''` if the URL has none. */
export function configurationIdIn(url: string): string {
  if (!URL.canParse(url)) return '';
  return new URL(url).pathname.split('/').filter(Boolean).at(-1) ?? '';
}

/** Returns the text of a circuit breaker that is open because profiles have an old challenge. */
export function staleSecretText(profile: string, stale: readonly StaleSecret[]): string {
  const [first] = stale;
  const ids = stale.map(({ profileId }) => profileId).join(' and ');
  const at = new Date(first?.resetAt ?? 0).toISOString();
  return `the secret key of the SCEP configuration ${first?.configurationId ?? ''} was reset in Okta at ${at}, and the configuration profile ${ids} in Jamf Pro still has the old one (${profile}). Every renewal would fail. Enter the new secret key as the challenge of the profile, for example with \`recert profiles rotate\`. Renewals resume automatically when Recert has read the changed profile, or with \`recert resume\`.`;
}
