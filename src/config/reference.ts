import { z } from 'zod';
import { configSchema } from './schema.js';

/** One row of the configuration reference (docs/configuration.md). */
export interface Setting {
  /** Path of the setting, such as `instances.<name>.profiles.<name>.window`. */
  path: string;
  /** Type of the value, as text. */
  type: string;
  /** Default value as JSON; `none` when the setting is optional without a default; `null` when it is required. */
  fallback: string | null;
  description: string;
}

/** A node of the JSON Schema that zod generates from the configuration schema; only the fields used here. */
interface Node {
  type?: string | readonly string[];
  description?: string;
  default?: unknown;
  enum?: readonly unknown[];
  const?: string | number | boolean;
  anyOf?: readonly Node[];
  oneOf?: readonly Node[];
  properties?: Readonly<Record<string, Node>>;
  required?: readonly string[];
  additionalProperties?: Node | boolean;
  items?: Node;
}

/** Returns every setting in the order of the schema. The schema is the only source of the descriptions. */
export function settings(): Setting[] {
  return settingsBelow(z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }) as Node, '');
}

function settingsBelow(node: Node, path: string): Setting[] {
  const alternatives = (node.anyOf ?? node.oneOf ?? []).filter(({ properties }) => properties);
  if (alternatives.length > 0)
    return unique(alternatives.flatMap((alternative) => settingsBelow(alternative, path)));
  if (node.items?.properties) return settingsBelow(node.items, `${path}[]`);
  if (typeof node.additionalProperties === 'object')
    return settingsBelow(node.additionalProperties, `${path}.<name>`);
  return Object.entries(node.properties ?? {}).flatMap(([name, inner]) => {
    const here = path ? `${path}.${name}` : name;
    const nested = settingsBelow(inner, here);
    if (nested.length > 0) return nested;
    const fallback = inner.default === undefined ? null : JSON.stringify(inner.default);
    const optional = node.required?.includes(name) ? null : 'none';
    return [
      {
        path: here,
        type: typeOf(inner),
        fallback: fallback ?? optional,
        description: inner.description ?? '',
      },
    ];
  });
}

function typeOf(node: Node): string {
  if (node.enum) return node.enum.map(String).join(' | ');
  if (node.const !== undefined) return JSON.stringify(node.const);
  const alternatives = node.anyOf ?? node.oneOf;
  if (alternatives) return [...new Set(alternatives.map(typeOf))].join(' | ');
  if (node.items) return `list of ${typeOf(node.items)}`;
  if (typeof node.additionalProperties === 'object') return `map of ${typeOf(node.additionalProperties)}`;
  return [node.type ?? 'text'].flat().join(' | ');
}

/** Removes duplicates: several alternatives of a union can share a setting. */
function unique(all: readonly Setting[]): Setting[] {
  return [...new Map(all.map((setting) => [`${setting.path} ${setting.type}`, setting])).values()];
}
