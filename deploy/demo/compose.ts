import { spawn } from 'node:child_process';
import type { ExperimentTask } from '#dashboards/console/frame.ts';
import { demoErrors } from './errors.ts';

const lastCharsMax = 1_000;

/** Does to the services of docker-compose.yml what an experiment asks for. */
export type Doer = (task: ExperimentTask) => Promise<void>;

/** `command`: how docker compose is called. Throws WEIR_DEMO_COMPOSE. */
export function compose(command: readonly string[]): Doer {
  const run = (args: readonly string[], env: Record<string, string> = {}): Promise<void> =>
    runCommand([...command, ...args], env);
  return async (task) => {
    switch (task.kind) {
      case 'swap':
        // Compose sees another release in the service's configuration, and replaces its container.
        return run(['up', '--detach', '--no-deps', '--wait', 'classifier'], {
          CLASSIFIER_RELEASE: task.version,
        });
      case 'scale':
        return run([
          ...['up', '--detach', '--no-deps', '--no-recreate'],
          ...['--scale', `functions=${task.processes}`, 'functions'],
        ]);
      case 'kill':
        await run(['kill', task.part]);
        // What somebody killed by hand is not started again by itself.
        return run(['up', '--detach', '--no-deps', task.part]);
      case 'pause':
        return run(['pause', task.service]);
      case 'resume':
        return run(['unpause', task.service]);
    }
  };
}

function runCommand(command: readonly string[], env: Record<string, string>): Promise<void> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let last = '';
  for (const output of [child.stdout, child.stderr]) {
    output.on('data', (text) => (last = (last + String(text)).slice(-lastCharsMax)));
  }
  const shown = [...Object.entries(env).map(([k, v]) => `${k}=${v}`), ...command].join(' ');
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => {
      reject(demoErrors.COMPOSE(`${shown}: ${cause.message}`, { cause }));
    });
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(demoErrors.COMPOSE(`${shown} ended with ${code}: ${last.trim()}`));
    });
  });
}
