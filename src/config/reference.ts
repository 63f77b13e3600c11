import { z } from 'zod';
import { configSchema } from './schema.js';

/** One setting as the reference shows it. */
export interface Setting {
  /** Where it stands, such as `instances.<name>.profiles.<name>.window`. */
  path: string;
  /** What may be written there. */
  type: string;
  /** What holds when nothing is written, `null` when it must be written. */
  fallback: string | null;
  description: string;
}

/** JSON Schema as far as zod makes it of our configuration. */
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

/** Every setting, in the order of the schema, which is the only place where settings are described. */
export function settings(): Setting[] {
  return below(z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }) as Node, '');
}

function below(node: Node, path: string): Setting[] {
  const alternatives = (node.anyOf ?? node.oneOf ?? []).filter(({ properties }) => properties);
  if (alternatives.length > 0) return unique(alternatives.flatMap((alternative) => below(alternative, path)));
  if (node.items?.properties) return below(node.items, `${path}[]`);
  if (typeof node.additionalProperties === 'object')
    return below(node.additionalProperties, `${path}.<name>`);
  return Object.entries(node.properties ?? {}).flatMap(([name, inner]) => {
    const here = path ? `${path}.${name}` : name;
    const deeper = below(inner, here);
    if (deeper.length > 0) return deeper;
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

/** The same setting of two alternatives is shown once. */
function unique(all: readonly Setting[]): Setting[] {
  return [...new Map(all.map((setting) => [`${setting.path} ${setting.type}`, setting])).values()];
}
