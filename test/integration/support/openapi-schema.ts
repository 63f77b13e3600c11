import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import ajvFormats from 'ajv-formats';
import { z } from 'zod';

/** The folder of the two API descriptions, outside of the project. */
export const SPEC_FOLDER = resolve(import.meta.dirname, '../../../../shared/jamf/openapi');
export const specsAreThere = existsSync(SPEC_FOLDER);

const parameter = z.looseObject({
  name: z.string(),
  in: z.enum(['query', 'path', 'header', 'cookie']),
  required: z.boolean().optional(),
  description: z.string().optional(),
  schema: z.looseObject({}).default({}),
});
const reference = z.looseObject({ $ref: z.string() });
const content = z.record(z.string(), z.looseObject({ schema: z.looseObject({}) }));
const operation = z.looseObject({
  parameters: z.array(z.union([reference, parameter])).default([]),
  requestBody: z.looseObject({ content, required: z.boolean().optional() }).optional(),
  responses: z.record(z.string(), z.looseObject({ content: content.optional() })),
  description: z.string().default(''),
});
const specification = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.looseObject({
    parameters: z.record(z.string(), parameter).default({}),
    responses: z.record(z.string(), z.looseObject({ content: content.optional() })).default({}),
    schemas: z.record(z.string(), z.looseObject({})),
  }),
});

type Parameter = z.output<typeof parameter>;
export type Operation = z.output<typeof operation>;
export type Schema = Record<string, unknown>;

/** One specification, ready to validate with. */
export interface Spec {
  paths: Record<string, Record<string, Operation>>;
  schemas: Record<string, Schema>;
  /** Responses that operations refer to by name. */
  responses: Record<string, { content?: Operation['responses'][string]['content'] }>;
  parameters: (operation: Operation) => Parameter[];
  /** The schema behind a `$ref`, or the schema itself. */
  resolve: (schema: Schema) => Schema;
  /** The errors of a value; empty when it is valid. Additional fields are allowed. */
  validate: (schema: Schema, value: unknown) => ErrorObject[];
}

/** Reads one specification. `file`: its name in the folder. */
export function loadSpec(file: string, folder: string = SPEC_FOLDER): Spec {
  const raw = specification.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')));
  const schemas = raw.components.schemas;
  const ajv = new Ajv({ strict: false, allErrors: true, coerceTypes: false });
  ajvFormats.default(ajv);
  ajv.addFormat('password', true);
  ajv.addSchema(prepare({ components: { schemas } }) as object, 'spec');
  const compiled = new Map<Schema, ValidateFunction>();
  const nameOf = (ref: string) => ref.split('/').at(-1) ?? '';

  return {
    paths: raw.paths,
    schemas,
    responses: raw.components.responses,
    parameters: ({ parameters }) =>
      parameters.flatMap((one) => {
        const found =
          '$ref' in one ? raw.components.parameters[nameOf(String(one.$ref))] : parameter.parse(one);
        return found && found.name !== 'tenantId' ? [found] : [];
      }),
    resolve: (schema) =>
      typeof schema['$ref'] === 'string' ? (schemas[nameOf(schema['$ref'])] ?? {}) : schema,
    validate: (schema, value) => {
      const known = compiled.get(schema) ?? ajv.compile(absolute(prepare(schema)) as object);
      compiled.set(schema, known);
      known(value);
      return [...(known.errors ?? [])];
    },
  };
}

/**
 * OpenAPI 3.0 to JSON Schema, as far as these two need it: `oneOf` with a discriminator becomes a choice by the
 * discriminator (else an error in one branch is reported for all 35), and `nullable` beside a reference a choice.
 */
function prepare(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(prepare);
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node).filter(([key]) => key !== 'example');
  const copy: Schema = Object.fromEntries(entries.map(([key, value]) => [key, prepare(value)]));
  if ('nullable' in copy && !('type' in copy)) {
    const { nullable, ...rest } = copy;
    return nullable === true ? { anyOf: [{ type: 'null' }, rest] } : rest;
  }
  const { discriminator } = copy;
  if (typeof discriminator !== 'object' || discriminator === null || !('oneOf' in copy)) return copy;
  const { propertyName, mapping } = z
    .object({ propertyName: z.string(), mapping: z.record(z.string(), z.string()) })
    .parse(discriminator);
  return {
    required: [propertyName],
    properties: { [propertyName]: { enum: Object.keys(mapping) } },
    allOf: Object.entries(mapping).map(([value, $ref]) => ({
      if: { properties: { [propertyName]: { const: value } } },
      then: { $ref },
    })),
  };
}

/** References of a separate schema point into the API description. */
function absolute(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(absolute);
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) =>
      key === '$ref' && typeof value === 'string' && value.startsWith('#')
        ? [key, `spec${value}`]
        : [key, absolute(value)],
    ),
  );
}
