import { isElement, type XmlValue } from '../../../simulator/http/render/xml.js';
import type { Schema, Spec } from './openapi-schema.js';

const asSchema = (value: unknown): Schema | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;

const propertiesOf = (schema: Schema): Record<string, Schema> => {
  const found = asSchema(schema['properties']) ?? {};
  return Object.fromEntries(Object.entries(found).map(([name, one]) => [name, asSchema(one) ?? {}]));
};

/** The schema of a list of the Classic API describes its XML: items are `{element: …, size}`. */
function wrapperOf(spec: Spec, schema: Schema): [name: string, inner: Schema] | null {
  const items = asSchema(schema['items']);
  if (schema['type'] !== 'array' || !items) return null;
  const candidates = Object.entries(propertiesOf(spec.resolve(items))).filter(([name]) => name !== 'size');
  const [only, ...others] = candidates;
  return only && others.length === 0 ? only : null;
}

/**
 * A Classic JSON answer in the shape of its schema. JSON lists hold the items themselves, the schema wants each
 * wrapped as in the XML.
 */
export function normaliseClassic(spec: Spec, unresolved: Schema, value: unknown): unknown {
  const schema = spec.resolve(unresolved);
  if (Array.isArray(value)) {
    const wrapper = wrapperOf(spec, schema);
    if (!wrapper) return value;
    const [name, inner] = wrapper;
    return value.map((item: unknown) => {
      const many = spec.resolve(inner)['type'] === 'array';
      return { [name]: normaliseClassic(spec, inner, many ? [item] : item) };
    });
  }
  if (typeof value !== 'object' || value === null) return value;
  const properties = propertiesOf(schema);
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => {
      const inner = properties[name];
      return [name, inner ? normaliseClassic(spec, inner, part) : part];
    }),
  );
}

/** Elements of a write that the schema does not have, or whose text does not fit: Jamf would ignore them silently. */
export function unfitElements(spec: Spec, unresolved: Schema, value: XmlValue, pointer: string): string[] {
  const schema = spec.resolve(unresolved);
  if (Array.isArray(value)) return value.flatMap((one) => unfitElements(spec, schema, one, pointer));
  if (!isElement(value)) return textProblems(schema, value, pointer);
  const items = asSchema(schema['items']);
  const properties = propertiesOf(items ? spec.resolve(items) : schema);
  return Object.entries(value).flatMap(([name, part = '']) => {
    const inner = properties[name];
    const place = `${pointer}/${name}`;
    return inner ? unfitElements(spec, inner, part, place) : [`${place}: unknown element`];
  });
}

function textProblems(schema: Schema, text: string, pointer: string): string[] {
  const allowed = schema['enum'];
  if (Array.isArray(allowed) && !allowed.some((one) => String(one).toLowerCase() === text.toLowerCase())) {
    return [`${pointer}: "${text}" is not one of ${allowed.join(', ')}`];
  }
  if (schema['type'] === 'integer' && !/^-?\d+$/.test(text)) return [`${pointer}: must be a whole number`];
  if (schema['type'] === 'boolean' && !/^(true|false)$/.test(text)) return [`${pointer}: must be a boolean`];
  return [];
}
