import js from '@eslint/js';
import vitest from '@vitest/eslint-plugin';
import prettier from 'eslint-config-prettier';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import { importX } from 'eslint-plugin-import-x';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/**
 * The layers of docs/architecture.md, from the lowest to the highest, and the folders of each. A layer imports itself (unless it is listed
 * as separate) and the layers below it.
 */
const LAYERS = [
  { name: 'domain', folders: ['src/domain'] },
  { name: 'foundation', folders: ['src/config', 'src/telemetry', 'src/process', 'src/json', 'src/xml'] },
  { name: 'contract', folders: ['src/contract'] },
  {
    name: 'adapters',
    folders: ['src/jamf', 'src/okta', 'src/scep', 'src/store', 'src/queues', 'src/notify'],
    separate: true,
  },
  { name: 'application', folders: ['src/application', 'src/simulation'] },
  {
    name: 'entry points',
    folders: ['src/api', 'src/webhooks', 'workers', 'src/cli', 'src/doctor', 'src/setup'],
    separate: true,
    // `recert doctor` and `recert setup` are commands; both check the webhooks that the receiver recognizes.
    allowed: [
      ['src/cli', 'src/doctor'],
      ['src/cli', 'src/setup'],
      ['src/doctor', 'src/setup'],
      ['src/setup', 'src/webhooks'],
    ],
  },
];
const ADAPTERS = LAYERS.find(({ name }) => name === 'adapters').folders;
const path = (folder) => `./${folder}`;

/** Who may import whom, for every line of the table of layers. */
const zones = LAYERS.flatMap(({ name, folders, separate, allowed = [] }, level) =>
  folders.flatMap((target) => {
    const above = LAYERS.slice(level + 1).flatMap((layer) => layer.folders);
    const beside = folders.filter(
      (other) =>
        separate && other !== target && !allowed.some(([from, to]) => from === target && to === other),
    );
    return [...above, ...beside].map((from) => ({
      target: path(target),
      from: path(from),
      message: `${target} (${name}) must not import ${from}: docs/architecture.md has the layers.`,
    }));
  }),
);

zones.push(
  // The types of the adapters reach the use cases through application/ports.ts alone.
  ...ADAPTERS.flatMap((from) =>
    ['./src/application/!(ports.ts)/**', './src/application/!(ports).ts'].map((target) => ({
      target,
      from: path(from),
      message: 'src/application names no adapter: take the type from src/application/ports.ts.',
    })),
  ),
  {
    target: './simulator',
    from: './src',
    message: 'The simulator is a pretend Jamf Pro: it imports nothing of src.',
  },
  ...['bench', 'harness'].flatMap((target) =>
    ['src', 'workers', 'simulator'].map((from) => ({
      target: path(target),
      from: path(from),
      message: `${target} works from outside: it starts processes and speaks HTTP.`,
    })),
  ),
  ...['src', 'workers'].flatMap((target) =>
    ['simulator', 'test', 'bench', 'prove', 'harness'].map((from) => ({
      target: path(target),
      from: path(from),
      message: 'The product does not depend on the simulator, the tests or the benches.',
    })),
  ),
  // Only the request of a person redistributes a profile to its whole scope: docs/redistribution.md has the reason.
  ...[
    './workers',
    './src/webhooks',
    './src/queues',
    './src/store',
    './src/setup',
    './src/doctor',
    './src/cli',
  ].map((target) => ({
    target,
    from: './src/application/redistribution/request/whole-scope.ts',
    message: 'Only the route for administrators redistributes a whole scope.',
  })),
  ...[
    './workers',
    './src/cli',
    './src/doctor',
    './src/setup',
    './src/webhooks',
    './src/jamf/*.ts',
    './src/jamf/!(resources)/**',
    './src/jamf/resources/!(redeploy).ts',
    './src/api/*.ts',
    './src/api/!(server)/**',
    './src/api/server/!(api).ts',
  ].map((target) => ({
    target,
    from: './src/jamf/resources/redeploy.ts',
    message: 'Only src/api/server/api.ts connects the call that redistributes a whole scope.',
  })),
);

/** A spread of a literal only saves lines: the members can be written directly. */
const SPREAD_OF_LITERAL = [
  [
    'SpreadElement > ObjectExpression',
    'Write the properties directly instead of spreading an object literal.',
  ],
  ['SpreadElement > ArrayExpression', 'Write the elements directly instead of spreading an array literal.'],
].map(([selector, message]) => ({ selector, message }));

const LIBRARIES_OF_ADAPTERS = ['express', 'bullmq', 'ioredis', 'commander', 'axios'].map((name) => ({
  name,
  message: 'Rules, use cases and the contract know no library of a transport or a store.',
}));

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'test/fixtures/', '.recert/'] },
  js.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'max-lines': ['error', { max: 400 }],
      eqeqeq: 'error',
      'no-restricted-syntax': ['error', ...SPREAD_OF_LITERAL],
    },
  },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [createTypeScriptImportResolver()],
      // Without this, import-x reads no TypeScript file, and import-x/no-cycle finds nothing.
      'import-x/extensions': ['.ts', '.tsx', '.js', '.mjs'],
    },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones }],
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      // openid-client marks it so that it stands out. Only an issuer on the same host may use HTTP (src/config/sections/sign-in.ts).
      '@typescript-eslint/no-deprecated': [
        'error',
        { allow: [{ from: 'package', name: 'allowInsecureRequests', package: 'openid-client' }] },
      ],
      // Misfires on libraries that declare a class by an interface (winston's transports).
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
    },
  },
  {
    files: ['src/**', 'workers/**', 'console/src/**', 'prove/**', 'bench/**', 'harness/**', 'simulator/**'],
    rules: { 'max-lines-per-function': ['error', { max: 80 }] },
  },
  {
    files: ['src/domain/**', 'src/application/**', 'src/contract/**'],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { paths: LIBRARIES_OF_ADAPTERS }] },
  },
  {
    files: ['src/application/ports.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: LIBRARIES_OF_ADAPTERS,
          patterns: [
            {
              group: ADAPTERS.map((folder) => `${folder.replace('src/', '../')}/**`),
              allowTypeImports: true,
              message: 'The ports are types: no code of an adapter is loaded from here.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['console/src/**'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['**/src/contract/**', '**/src/domain/**', 'zod'],
              allowTypeImports: true,
              message: 'The console imports types alone: anything else would be part of the browser bundle.',
            },
            {
              regex: '/(src/(?!contract/|domain/)|workers/|simulator/)',
              message: 'The console imports types of src/contract and nothing else of the service.',
            },
          ],
        },
      ],
    },
  },
  { files: ['**/*.{js,mjs}'], languageOptions: { globals: globals.node } },
  {
    files: ['test/**/*.ts', 'test/**/*.tsx'],
    plugins: { vitest },
    rules: {
      ...vitest.configs.recommended.rules,
      'vitest/no-focused-tests': 'error',
      'vitest/valid-expect': ['error', { maxArgs: 2 }],
      'vitest/no-disabled-tests': 'error',
    },
  },
  prettier,
);
