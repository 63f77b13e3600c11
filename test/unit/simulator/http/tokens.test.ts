import { describe, expect, it } from 'vitest';
import { createTokens } from '../../../../simulator/http/auth/tokens.js';

const session = { kind: 'client', name: 'a', privileges: new Set(['Read Computers']) } as const;

describe('access tokens', () => {
  it('are valid until they expire by the given clock', () => {
    let now = 1_000;
    const tokens = createTokens(() => now);
    const { value, expiresAt } = tokens.issue(session, 60_000);
    expect(expiresAt).toBe(61_000);
    now = 60_999;
    expect(tokens.find(value)).toBe(session);
    now = 61_000;
    expect(tokens.find(value)).toBeUndefined();
  });

  it('are invalid after they are revoked or all of them are cleared', () => {
    const tokens = createTokens(() => 0);
    const [one, two] = [tokens.issue(session, 1), tokens.issue(session, 1)];
    tokens.revoke(one.value);
    expect(tokens.find(one.value)).toBeUndefined();
    expect(tokens.find(two.value)).toBe(session);
    tokens.clear();
    expect(tokens.find(two.value)).toBeUndefined();
  });
});
