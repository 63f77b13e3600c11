import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { configSchema, type Config } from './schema.js';
import { messageOf } from '../process/error-message.js';

/** Reports all problems of a configuration together: one sentence per problem, each with the path of the setting. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(source: string, problems: readonly string[]) {
    super(
      `${source} has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    );
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** Environment variables, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Loads the configuration from the YAML file in `RECERT_CONFIG`. `${NAME}` in a value is replaced with the environment
 * variable. A key that ends in `File` names a file. The content of the file, without the final line break, becomes the
 * value of the key without `File`.
 * @throws ConfigError with every problem.
 */
export function loadConfig(environment: Environment = process.env): Config {
  const path = environment.RECERT_CONFIG;
  if (!path)
    throw new ConfigError('The configuration', [
      'RECERT_CONFIG is not set. Set it to the path of the YAML configuration file',
    ]);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(path, [`cannot be read: ${messageOf(error)}`]);
  }
  return parseConfig(text, { source: path, environment });
}

/**
 * Parses the configuration from YAML text. `source` is the path of the configuration file, which errors name. Relative
 * `…File` paths are resolved against its folder.
 */
export function parseConfig(
  text: string,
  { source, environment }: { source: string; environment: Environment },
): Config {
  const document = parseDocument(text);
  if (document.errors.length > 0)
    throw new ConfigError(
      source,
      document.errors.map((error) => error.message),
    );
  const problems: string[] = [];
  const raw = fillIn(document.toJS(), [], { folder: dirname(resolve(source)), environment, problems });
  if (environment.RECERT_HOST) setDefaultHost(raw, environment.RECERT_HOST);
  const parsed = configSchema.safeParse(raw);
  if (!parsed.success) problems.push(...parsed.error.issues.flatMap(explain));
  if (!parsed.success || problems.length > 0) throw new ConfigError(source, problems);
  return parsed.data;
}

/**
 * Sets the addresses on which receiver and worker listen where the file has none. The container image sets
 * `RECERT_HOST`, because the loopback address of a container cannot be reached from outside of the container.
 */
function setDefaultHost(raw: unknown, host: string): void {
  if (!isMapping(raw)) return;
  for (const section of ['http', 'worker', 'metrics']) {
    const settings = (raw[section] ??= {});
    if (isMapping(settings)) settings.host ??= host;
  }
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

interface Sources {
  folder: string;
  environment: Environment;
  problems: string[];
}

function fillIn(value: unknown, path: readonly string[], sources: Sources): unknown {
  if (typeof value === 'string') return fromEnvironment(value, path, sources);
  if (Array.isArray(value))
    return value.map((item, index) => fillIn(item, [...path, String(index)], sources));
  if (typeof value !== 'object' || value === null) return value;
  const filled: [string, unknown][] = Object.entries(value).map(([key, inner]) => {
    const here = fillIn(inner, [...path, key], sources);
    return key.endsWith('File') && typeof here === 'string'
      ? [key.slice(0, -'File'.length), fromFile(here, [...path, key], sources)]
      : [key, here];
  });
  return Object.fromEntries(filled);
}

function fromEnvironment(text: string, path: readonly string[], { environment, problems }: Sources): string {
  return text.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, name: string) => {
    const value = environment[name];
    if (value === undefined) problems.push(`${path.join('.')}: environment variable ${name} is not set`);
    return value ?? '';
  });
}

function fromFile(file: string, path: readonly string[], { folder, problems }: Sources): string {
  try {
    return readFileSync(resolve(folder, file), 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    problems.push(`${path.join('.')}: ${messageOf(error)}`);
    return '';
  }
}

/** Describes a zod issue with the path of its setting. Never quotes a value, because it may be a secret. */
function explain(issue: z.core.$ZodIssue): string[] {
  const setting = issue.path.join('.') || 'the file';
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => `${[...issue.path, key].join('.')}: unknown setting`);
  if (issue.code === 'invalid_type' && issue.message.includes('received undefined'))
    return [`${setting}: is missing`];
  return [`${setting}: ${issue.message}`];
}
