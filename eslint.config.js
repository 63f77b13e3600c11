import js from '@eslint/js';
import vitest from '@vitest/eslint-plugin';
import prettier from 'eslint-config-prettier';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import { importX } from 'eslint-plugin-import-x';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/** The rooms of src that stand on domain alone and know nothing of each other. */
const SEPARATE_ROOMS = ['jamf', 'scep', 'store', 'queues', 'notify'];
const PUTTING_TOGETHER = ['webhooks', 'api', 'cli', 'setup', 'doctor', 'incidents'];
const room = (name) => `./src/${name}`;

/** Who may import whom: the rules of the house, held here and not in memory. */
const zones = [
  {
    target: room('domain'),
    from: ['./src', './workers', './simulator'],
    except: ['./domain'],
    message: 'domain is pure: it imports nothing of ours.',
  },
  ...SEPARATE_ROOMS.map((name) => ({
    target: room(name),
    from: [...SEPARATE_ROOMS.filter((other) => other !== name), ...PUTTING_TOGETHER].map(room),
    message: `${name} knows domain and none of its neighbours: put them together in webhooks, api, cli or workers.`,
  })),
  {
    target: ['./src/config', './src/telemetry'],
    from: [...SEPARATE_ROOMS, ...PUTTING_TOGETHER].map(room),
    message: 'config and telemetry serve every room and know none of them.',
  },
  { target: './src', from: ['./workers'], message: 'src does not know the worker process.' },
  {
    target: './simulator',
    from: ['./src', './workers'],
    message: 'The simulator is a pretend Jamf Pro: it knows none of src.',
  },
  {
    target: './bench',
    from: ['./src', './workers', './simulator'],
    message: 'A bench measures from outside: it starts processes and speaks HTTP.',
  },
  {
    target: ['./src', './workers'],
    from: ['./simulator', './test', './bench', './prove'],
    message: 'The product does not depend on the simulator, the tests or the benches.',
  },
].flatMap(({ target, from, except, message }) =>
  [target]
    .flat()
    .flatMap((one) =>
      [from]
        .flat()
        .map((source) => ({
          target: one,
          from: source,
          message,
          ...(except && source === './src' ? { except } : {}),
        })),
    ),
);

/** Who can have a profile sent to a whole scope, and who leads there. Only a person's request may: docs/redistribution.md says why. */
const WHOLE_SCOPE = [
  './src/jamf/resources/redeploy.ts',
  './src/application/redistribution/request/whole-scope.ts',
  './src/api/routes/whole-scope.ts',
];
const WAYS_TO_IT = ['./src/api/server/routes.ts', './src/api/server/api.ts'];
const AUTOMATIC = [
  'config',
  'domain',
  'notify',
  'process',
  'queues',
  'scep',
  'store',
  'telemetry',
  'webhooks',
  'setup',
  'doctor',
  'cli',
  'incidents',
];
zones.push(
  ...['./workers', ...AUTOMATIC.map(room)].flatMap((target) =>
    [...WHOLE_SCOPE, ...WAYS_TO_IT].map((from) => ({
      target,
      from,
      message:
        'A whole scope is redistributed by a person alone, through the ops API: nothing automatic may come by it.',
    })),
  ),
  ...['./src/jamf/!(redeploy).ts', './src/api/!(whole-scope).ts', './src/api/*/**'].map((target) => ({
    target,
    from: './src/jamf/resources/redeploy.ts',
    message: 'Only src/api/whole-scope.ts has a profile sent to a whole scope.',
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
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver()] },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones }],
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
      // The library marks it so that it stands out; only an issuer on this very machine may be http (src/config/sign-in.ts).
      '@typescript-eslint/no-deprecated': [
        'error',
        { allow: [{ from: 'package', name: 'allowInsecureRequests', package: 'openid-client' }] },
      ],
      // Misfires on libraries that declare a class by an interface (winston's transports).
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
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
              group: ['**/src/api/**', '**/src/domain/**', 'zod'],
              allowTypeImports: true,
              message:
                'Of the service the console takes types alone: anything else would end up in the browser.',
            },
            {
              regex: '/(src/(?!api/|domain/)|workers/|simulator/)',
              message: 'The console knows the ops API and nothing behind it.',
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
