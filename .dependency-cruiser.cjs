// The one-way import rules of the design: application -> sdk -> protocol <- runtime. The base of all
// errors lies in protocol and is everybody's.
const only = (from, allowed) => ({
  name: `${from.replaceAll('/', '-')}-imports`,
  severity: 'error',
  from: { path: `^${from}/` },
  to: {
    path: '^(protocol|runtime|sdk|functions|models|datagen|dashboards|examples|bench|test)/',
    pathNot: `^(${[from, ...allowed].join('|')})/|^protocol/errors.ts$`,
  },
});

module.exports = {
  forbidden: [
    only('protocol', []),
    only('runtime/ports', ['protocol']),
    only('runtime/module', ['protocol', 'runtime/ports']),
    only('runtime/core', ['protocol', 'runtime/ports']),
    only('runtime/transport', ['protocol', 'runtime/ports']),
    only('runtime/ingress', ['protocol', 'runtime/ports']),
    only('runtime/egress', ['protocol', 'runtime/ports']),
    only('runtime/kafka', ['protocol', 'runtime/ports']),
    only('runtime/snapshot', ['protocol', 'runtime/ports']),
    only('runtime/admin', ['protocol', 'runtime/ports', 'runtime/core']),
    only('runtime', ['protocol']),
    only('sdk', ['protocol']),
    only('functions', ['sdk', 'models']),
    only('models', []),
    only('datagen', []),
    // Figures of models, and what their packed states say: the page computes none of it anew.
    only('dashboards', ['models']),
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-tests-in-production',
      severity: 'error',
      from: { pathNot: '^(test|bench)/' },
      to: { path: '^(test|bench)/' },
    },
    {
      name: 'no-dev-dependencies',
      severity: 'error',
      // Training alone loads TensorFlow.js, and making the boards Grafana's SDK: no image holds them.
      from: {
        path: '^(protocol|runtime|sdk|functions|models|datagen|dashboards)/',
        pathNot: '^(models/network-training|dashboards/grafana/(build-board|boards)).ts$',
      },
      to: { dependencyTypes: ['npm-dev'] },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: 'dashboards/page' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.json'],
    },
  },
};
