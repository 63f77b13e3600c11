import { settings } from './reference.js';
import type { Config } from './schema.js';
import { summarize } from './summary.js';

/** A setting as it is in force. */
export interface EffectiveSetting {
  /** With the names of the configuration: `instances.prod.profiles.okta.window`. */
  path: string;
  /** As it would be written; secrets are hidden. */
  value: string;
  description: string;
  isDefault: boolean;
}

/** The configuration in force as a flat list, in its own order, with what each setting means. */
export function effectiveSettings(config: Config): EffectiveSetting[] {
  const known = settings().map(({ path, fallback, description }) => ({
    pattern: new RegExp(`^${path.replace(/[.[\]]/gu, '\\$&').replaceAll('<name>', '[^.]+')}$`, 'u'),
    fallback,
    description,
  }));
  return leaves(summarize(config), '').map(({ path, value }) => {
    const generic = path.replace(/\[\d+\]/gu, '[]');
    const setting = known.find(({ pattern }) => pattern.test(generic));
    const isDefault = setting?.fallback !== undefined && said(parsed(setting.fallback)) === value;
    return { path, value, description: setting?.description ?? '', isDefault };
  });
}

/** Lists of plain values are one setting; lists of objects are several. */
function leaves(value: unknown, path: string): { path: string; value: string }[] {
  if (Array.isArray(value) && value.some((item) => typeof item === 'object' && item !== null))
    return value.flatMap((item, index) => leaves(item, `${path}[${index}]`));
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return Object.entries(value).flatMap(([name, inner]) => leaves(inner, path ? `${path}.${name}` : name));
  return value === undefined ? [] : [{ path, value: said(value) }];
}

function said(value: unknown): string {
  if (Array.isArray(value)) return value.map(said).join(', ');
  return value === null ? 'none' : typeof value === 'string' ? value : JSON.stringify(value);
}

/** The reference has defaults as JSON, or in words. */
function parsed(fallback: string | null): unknown {
  if (fallback === null) return undefined;
  try {
    return JSON.parse(fallback);
  } catch {
    return fallback;
  }
}
