import winston from 'winston';
import type { Listener } from './bus.js';
import { describe } from './events.js';

/**
 * Matches characters that could forge a log line, control a terminal or reverse the direction of text. They are
 * escaped, because log entries contain external text.
 */
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/** Escapes control characters as `\uXXXX`, so that the text stays on one line. */
export function oneLine(text: string): string {
  return text.replace(CONTROL, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const textFormat = winston.format.printf(
  ({ timestamp, level, message, kind: _kind, emitter: _emitter, ...fields }) => {
    const rest = Object.entries(fields).map(
      ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
    );
    return oneLine([String(timestamp), level.padEnd(5), String(message), ...rest].join(' '));
  },
);

/** The process that logs, for every entry in JSON. `process`: `receiver` or `worker`. */
export interface LogSource {
  process: string;
  version: string;
  host: string;
}

/** Settings of the log, `log` in the configuration. */
interface LogSettings {
  level: string;
  format: 'json' | 'text' | 'ecs';
}

/** Version of the Elastic Common Schema, https://www.elastic.co/docs/reference/ecs. */
const ECS_VERSION = '8.17.0';

/** Converts an entry to the Elastic Common Schema. The fields of an event have no name there, so they are custom fields. */
const ecsFormat = winston.format.printf(({ timestamp, level, message, kind, emitter, ...fields }) => {
  const { process: name, version, host } = emitter as LogSource;
  return JSON.stringify({
    '@timestamp': timestamp,
    log: { level },
    message,
    ecs: { version: ECS_VERSION },
    service: { name: 'recert', type: name, version },
    host: { hostname: host },
    event: { action: kind },
    recert: fields,
  });
});

const jsonFormat = winston.format.printf(({ emitter, ...entry }) =>
  JSON.stringify(Object.assign(entry, emitter)),
);

const FORMATS = { json: jsonFormat, text: textFormat, ecs: ecsFormat } as const;

/**
 * Creates a listener that logs every operator event to standard error, as text, JSON or ECS. Standard output is
 * reserved for the output of commands.
 */
export function logListener({ level, format }: LogSettings, source: LogSource): Listener {
  const logger = winston.createLogger({
    level,
    format: winston.format.combine(winston.format.timestamp(), FORMATS[format]),
    transports: [new winston.transports.Console({ stderrLevels: ['error', 'warn', 'info', 'debug'] })],
  });
  return (kind, fields) => {
    const description = describe(kind);
    // The level is checked here, because winston would format an entry before it checks the level, and most events
    // of a busy receiver are below the configured level.
    if (!logger.isLevelEnabled(description.level)) return;
    logger.log({
      ...fields,
      level: description.level,
      message: description.say(fields),
      kind,
      emitter: source,
    });
  };
}
