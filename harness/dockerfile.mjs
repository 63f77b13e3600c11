/**
 * @typedef {object} Stage
 * @property {string} name name after AS, or the number of the stage
 * @property {{ name: string, value: string }[]} steps instructions after FROM
 */

/**
 * Parses the stages of a Dockerfile. Supports what the Dockerfile of this project uses: comments and continued lines,
 * and no here-documents.
 * @param {string} text
 * @returns {Stage[]}
 */
export function parseDockerfile(text) {
  const lines = text
    .replace(/^\s*#.*\n/gmu, '')
    .replace(/\\\n\s*/gu, '')
    .split('\n');
  /** @type {Stage[]} */
  const stages = [];
  for (const line of lines) {
    const [, name = '', value = ''] = /^([A-Z]+)\s+(.*)$/u.exec(line.trim()) ?? [];
    if (name === 'FROM') {
      const [, as = String(stages.length)] = /\sAS\s+(\S+)$/u.exec(value) ?? [];
      stages.push({ name: as, steps: [] });
    } else if (name !== '') stages.at(-1)?.steps.push({ name, value });
  }
  return stages;
}

/**
 * Returns the values of KEY=value pairs, as in ENV, ARG and LABEL.
 * @param {string} text
 * @returns {Record<string, string>}
 */
export function pairsOf(text) {
  const pairs = [...text.matchAll(/([\w.]+)=(?:"([^"]*)"|(\S*))/gu)];
  return Object.fromEntries(pairs.map(([, name, quoted, plain]) => [name, quoted ?? plain ?? '']));
}

/**
 * Returns the settings of a stage that apply when a container starts.
 * @param {Stage} stage
 */
export function settingsOf({ steps }) {
  const last = (/** @type {string} */ name) => steps.findLast((step) => step.name === name)?.value ?? '';
  const words = (/** @type {string} */ text) =>
    /** @type {string[]} */ (JSON.parse(text.slice(text.indexOf('['))));
  return {
    user: last('USER'),
    folder: last('WORKDIR'),
    env: pairsOf(last('ENV')),
    labels: pairsOf(last('LABEL')),
    entrypoint: words(last('ENTRYPOINT')),
    command: words(last('CMD')),
    healthcheck: words(last('HEALTHCHECK')),
  };
}
