import { settings } from './reference.js';
import type { Config } from './schema.js';
import { summarize } from './summary.js';

/** A setting with the value that is in effect: the configured value or the default. */
export interface EffectiveSetting {
  /** Path with the configured names, such as `instances.prod.profiles.okta.window`. */
  path: string;
  /** The value as text, in the notation of the configuration file. Secrets are hidden. */
  value: string;
  description: string;
  isDefault: boolean;
}

/** Returns the effective configuration as a flat list in the order of the configuration, with the description of each setting. */
export function effectiveSettings(config: Config): EffectiveSetting[] {
  const known = settings().map(({ path, fallback, description }) => ({
    pattern: new RegExp(`^${path.replace(/[.[\]]/gu, '\\$&').replaceAll('<name>', '[^.]+')}$`, 'u'),
    fallback,
    description,
  }));
  return leaves(summarize(config), '').map(({ path, value }) => {
    const generic = path.replace(/\[\d+\]/gu, '[]');
    const setting = known.find(({ pattern }) => pattern.test(generic));
    const isDefault = setting?.fallback !== undefined && textOf(parseFallback(setting.fallback)) === value;
    return { path, value, description: setting?.description ?? '', isDefault };
  });
}

/** Lists the settings below a path. A list of plain values is one setting. In a list of objects, each field is a setting. */
function leaves(value: unknown, path: string): { path: string; value: string }[] {
  if (Array.isArray(value) && value.some((item) => typeof item === 'object' && item !== null))
    return value.flatMap((item, index) => leaves(item, `${path}[${index}]`));
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return Object.entries(value).flatMap(([name, inner]) => leaves(inner, path ? `${path}.${name}` : name));
  return value === undefined ? [] : [{ path, value: textOf(value) }];
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(', ');
  return value === null ? 'none' : typeof value === 'string' ? value : JSON.stringify(value);
}

/** Parses a default value from `settings()`: JSON, or the plain text `none`. */
function parseFallback(fallback: string | null): unknown {
  if (fallback === null) return undefined;
  try {
    return JSON.parse(fallback);
  } catch {
    return fallback;
  }
}
