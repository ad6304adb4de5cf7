import { Command, CommanderError } from 'commander';
import type { Duration } from '#sdk/index.ts';
import { policies } from '#models/selector/policy.ts';
import {
  type ApplicationOptions,
  type Served,
  defaultAlerts,
  defaultPolicy,
  defaultRememberFor,
} from './application.ts';
import { functionsErrors } from './errors.ts';

export interface CommandLineOptions extends ApplicationOptions {
  readonly port: number;
  readonly host: string;
  /** Where `/metrics` is; null: nowhere. */
  readonly metricsPort: number | null;
  /** Whether other processes may listen on the same port. */
  readonly sharePort: boolean;
}

/**
 * Options of the function process; `env` stands in for what is not given. Prints and returns an
 * exit code for `--help` (0) and for a usage error of the parser (64). Throws WEIR_FUNCTIONS_*.
 */
export function parseCommandLine(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): CommandLineOptions | { exit: number } {
  // Beside other servers of one environment, PORT is the one that people look at.
  const port = env['FUNCTIONS_PORT'] ?? env['PORT'] ?? '8000';
  const command = new Command('functions')
    .description('Serves the functions of the fraud application over HTTP.')
    .exitOverride()
    .option('--port <port>', 'port, 0 for a free one (FUNCTIONS_PORT, PORT)', port)
    .option('--metrics-port <port>', 'port of /metrics, 0 for a free one (METRICS_PORT)')
    .option('--host <address>', 'address to listen on (HOST)', env['HOST'] ?? '127.0.0.1')
    .option('--models <folder>', "model artifacts, not the project's own (WEIR_MODELS)")
    .option(
      '--remember <duration>',
      'how long a transaction waits for its label, such as "45 minutes" (WEIR_REMEMBER)',
      env['WEIR_REMEMBER'] ?? defaultRememberFor,
    )
    .option(
      '--policy <name>',
      `how the serving model is chosen: ${[...policies.keys()].join(', ')} (WEIR_POLICY)`,
      env['WEIR_POLICY'] ?? defaultPolicy,
    )
    .option(
      '--alerts <rule>',
      'what is an alert: model (its own threshold), cost:3.50 (probable loss above a review), ' +
        'budget:40 (per persona and day) (WEIR_ALERTS)',
      env['WEIR_ALERTS'] ?? defaultAlerts,
    )
    .option('--release <name>', 'name of this version, sent with each score (WEIR_RELEASE)')
    .option('--share-port', 'let other processes listen on the same port (WEIR_SHARE_PORT=true)')
    .option('--scores-topic <name>', 'topic of the scores, for a Kafka egress (WEIR_SCORES_TOPIC)')
    .option('--monitoring-topic <name>', 'topic of the reports (WEIR_MONITORING_TOPIC)')
    .option(
      '--only <names>',
      'serve these functions alone, such as classifier,decision (WEIR_ONLY)',
    )
    .option('--without <names>', 'serve all but these (WEIR_WITHOUT)')
    .option('--bandit', 'credit only the model that served, as where scoring with all is too dear')
    .allowExcessArguments(false)
    .showHelpAfterError('(--help lists the options)');
  try {
    command.parse(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return { exit: error.exitCode === 0 ? 0 : 64 };
    throw error;
  }
  const given = command.opts<
    Record<'port' | 'host' | 'remember' | 'policy' | 'alerts', string> & {
      models?: string;
      bandit?: boolean;
      metricsPort?: string;
      scoresTopic?: string;
      monitoringTopic?: string;
      only?: string;
      without?: string;
      release?: string;
      sharePort?: boolean;
    }
  >();
  checkPort('--port', given.port);
  const metricsPort = given.metricsPort ?? env['METRICS_PORT'];
  if (metricsPort !== undefined) checkPort('--metrics-port', metricsPort);
  const modelFolder = given.models ?? env['WEIR_MODELS'];
  const release = given.release ?? env['WEIR_RELEASE'];
  if (release !== undefined && !/^[\w.+-]{1,40}$/.test(release)) {
    throw functionsErrors.BAD_OPTION(
      `--release: "${release}" is not 1 to 40 letters, digits and . _ + -`,
    );
  }
  const served = servedOf(given.only ?? env['WEIR_ONLY'], given.without ?? env['WEIR_WITHOUT']);
  return {
    port: Number(given.port),
    host: given.host,
    metricsPort: metricsPort === undefined ? null : Number(metricsPort),
    // Checked where it is used: by the declaration of the state that expires.
    rememberFor: given.remember as Duration,
    policy: given.policy,
    alerts: given.alerts,
    bandit: given.bandit === true,
    sharePort: given.sharePort ?? env['WEIR_SHARE_PORT'] === 'true',
    ...(release === undefined ? {} : { version: release }),
    topics: {
      scores: given.scoresTopic ?? (env['WEIR_SCORES_TOPIC'] || null),
      monitoring: given.monitoringTopic ?? (env['WEIR_MONITORING_TOPIC'] || null),
    },
    ...(served === null ? {} : { served }),
    ...(modelFolder === undefined ? {} : { modelFolder }),
  };
}

function servedOf(only: string | undefined, without: string | undefined): Served | null {
  const namesIn = (text: string): string[] => text.split(',').map((name) => name.trim());
  if (only && without) throw functionsErrors.BAD_OPTION('--only and --without exclude each other');
  if (only) return { kind: 'only', names: namesIn(only) };
  return without ? { kind: 'without', names: namesIn(without) } : null;
}

function checkPort(flag: string, text: string): void {
  if (/^\d+$/.test(text) && Number(text) <= 65_535) return;
  throw functionsErrors.BAD_OPTION(`${flag}: "${text}" is not a port`);
}
