import { messageOf, WeirError } from '#protocol/errors.ts';
import type { FastifyInstance } from 'fastify';
import { Metrics } from './admin/metrics.ts';
import { adminServer } from './admin/server.ts';
import { exitCodeOf, exitCodes } from './cli/exit-codes.ts';
import type { RunOptions } from './cli/run-options.ts';
import { egressOf, ingressOf } from './host/connectors.ts';
import { hostErrors } from './host/errors.ts';
import { Lanes } from './host/lanes.ts';
import { runtimeLogger, type Logger } from './host/logger.ts';
import { Runtime, type RuntimeListener } from './host/runtime.ts';
import { viewOf } from './host/view.ts';
import { loadModule } from './module/load.ts';
import { isReadableByEverybody, readableByEverybody } from './module/secret-files.ts';
import type { ModuleSpec } from './module/spec.ts';
import { systemClock, systemRandom } from './ports/system-clock.ts';
import type { SnapshotObserver } from './ports/snapshots.ts';
import { openSnapshots } from './snapshot/open-snapshots.ts';

/** Small buffers are cut from slabs of this size: beyond 4 KiB each would be an allocation. */
const poolBytes = 64 << 10;
/** A terminal and npm may both pass the same Ctrl-C on: that is one signal. */
const sameSignalMs = 500;
const signalCodes = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * `weir run`: runs the module until a signal or a failure ends it, and answers with the exit code.
 * The admin API opens at once, also on a standby; `ready` is logged when the ingresses are open.
 */
export async function runModule(options: RunOptions): Promise<number> {
  Buffer.poolSize = poolBytes;
  const log = runtimeLogger();
  // A broken assertion must end the process: what it would do next can't be trusted (E5).
  process.once('uncaughtException', (error) => {
    logFailure(log, error);
    process.exit(exitCodes.defect);
  });
  try {
    return await new Run(options, log).toTheEnd();
  } catch (error) {
    logFailure(log, error);
    return exitCodeOf(error);
  }
}

class Run {
  readonly #options: RunOptions;
  readonly #log: Logger;
  readonly #metrics = new Metrics();
  readonly #ended = Promise.withResolvers<number>();
  #runtime: Runtime | null = null;
  #admin: FastifyInstance | null = null;
  #stoppingSinceMs: number | null = null;

  constructor(options: RunOptions, log: Logger) {
    this.#options = options;
    this.#log = log;
  }

  async toTheEnd(): Promise<number> {
    const undo = this.#handleSignals();
    try {
      const runtime = await this.#open();
      await this.#listen(runtime);
      if (this.#stoppingSinceMs === null) {
        runtime.start().then(
          () => this.#ready(runtime),
          (error: unknown) => this.#failed(error),
        );
      }
      const code = await this.#ended.promise;
      this.#log.info({ exitCode: code }, 'stopped');
      return code;
    } finally {
      undo();
      this.#metrics.close();
      await this.#admin?.close();
    }
  }

  async #open(): Promise<Runtime> {
    const { modulePath, state, name, commitEveryMs, takeover, ...limits } = this.#options;
    const { leaseMs, startBudgetMs } = limits;
    const module = loadModule(modulePath);
    this.#warnOfOpenSecrets(module);
    const world = { clock: systemClock, random: systemRandom, log: this.#log, startBudgetMs };
    const lanes = await Lanes.open(module, { ...world, observer: this.#metrics });
    const observer = this.#snapshotObserver();
    this.#runtime = new Runtime({
      clock: systemClock,
      snapshots: openSnapshots(state, {
        ...{ fingerprint: name, takeover, leaseMs, startBudgetMs, observer },
      }),
      laneOf: (type) => lanes.laneOf(type),
      lanes: lanes.all,
      ingresses: module.ingresses.map((spec) => ingressOf(spec, world)),
      egresses: module.egresses.map((spec) => egressOf(spec, state, world)),
      functionTypes: lanes.functionTypes(),
      commitEveryMs,
      observer: this.#metrics,
      listener: this.#listener(),
    });
    return this.#runtime;
  }

  #warnOfOpenSecrets(module: ModuleSpec): void {
    const { adminTokensFile: tokens } = this.#options;
    const open = readableByEverybody(module);
    if (tokens !== null && isReadableByEverybody(tokens)) open.push(tokens);
    for (const file of open) {
      this.#log.warn(
        { file },
        'its rights let every user of this machine read a file with a secret',
      );
    }
  }

  async #listen(runtime: Runtime): Promise<void> {
    const { host, port } = this.#options.admin;
    this.#admin = adminServer(viewOf(runtime, this.#options.state), this.#metrics, {
      tokens: this.#options.adminTokens,
      audit: (entry) => this.#log.info({ ...entry }, 'admin action'),
    });
    try {
      const url = await this.#admin.listen({ host, port });
      this.#log.info({ url }, 'admin API open');
    } catch (error) {
      throw hostErrors.ADMIN_PORT(
        `the admin API can't listen on ${host}:${port}: ${messageOf(error)}`,
        { cause: error },
      );
    }
  }

  #ready(runtime: Runtime): void {
    const { epoch, sequence } = runtime.acquired ?? {};
    this.#log.info({ epoch, sequence }, 'ready');
  }

  #listener(): RuntimeListener {
    return {
      state: (state) => this.#log.debug({ state }, 'state'),
      recovered: ({ records, durationMs, acquired }) =>
        this.#log.info(
          { ...acquired, records, durationMs: Math.round(durationMs) },
          acquired.fresh ? 'new state' : 'recovered',
        ),
      committed: (info) => this.#metrics.committed(info),
      poisoned: (error) => this.#poisoned(error),
      lost: (error) => this.#lost(error),
    };
  }

  #snapshotObserver(): SnapshotObserver {
    return {
      standby: (owner) => {
        if (this.#runtime !== null) this.#runtime.state = 'standby';
        this.#log.info(
          { host: owner.hostname, ownerPid: owner.pid },
          'standby: another runtime owns the state',
        );
      },
      delayed: (delay) => {
        this.#metrics.storeFailed();
        this.#log.warn({ ...delay }, 'commit delayed');
      },
      lost: (error) => this.#runtime?.superseded(error),
      compacted: (info) => this.#log.debug({ ...info }, 'compacted'),
      trouble: (error) => {
        this.#metrics.storeFailed();
        this.#log.warn({ code: error.code }, error.message);
      },
      used: (usage) => this.#metrics.storeUsed(usage),
    };
  }

  /** Another writer has taken over: the process ends at once, so that nothing of it follows (E5). */
  #lost(error: unknown): void {
    logFailure(this.#log, error);
    process.exit(exitCodeOf(error));
  }

  /** Stops as by a signal; what parked is in the last cut. */
  #poisoned(error: WeirError): void {
    if (this.#stoppingSinceMs !== null) return;
    this.#stoppingSinceMs = systemClock.monotonic();
    logFailure(this.#log, error);
    void this.#stop(exitCodeOf(error));
  }

  #failed(error: unknown): void {
    // A start that a signal has ended is no failure.
    if (this.#stoppingSinceMs !== null) return;
    logFailure(this.#log, error);
    this.#ended.resolve(exitCodeOf(error));
  }

  #handleSignals(): () => void {
    const stop = (signal: NodeJS.Signals): void => this.#signal(signal as keyof typeof signalCodes);
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
    return () => {
      process.off('SIGTERM', stop);
      process.off('SIGINT', stop);
    };
  }

  /** The first one stops in good order; a second one ends the process at once, as `kill -9` does. */
  #signal(signal: keyof typeof signalCodes): void {
    if (this.#stoppingSinceMs === null) {
      this.#stoppingSinceMs = systemClock.monotonic();
      void this.#stop();
    } else if (systemClock.monotonic() - this.#stoppingSinceMs > sameSignalMs) {
      this.#log.warn({ exitCode: signalCodes[signal] }, 'a second signal: ending at once');
      process.exit(signalCodes[signal]);
    }
  }

  async #stop(exitCode: number = exitCodes.ok): Promise<void> {
    this.#log.info('stopping');
    try {
      await this.#runtime?.stop();
      this.#ended.resolve(exitCode);
    } catch (error) {
      logFailure(this.#log, error);
      this.#ended.resolve(exitCodeOf(error));
    }
  }
}

function logFailure(log: Logger, error: unknown): void {
  if (error instanceof WeirError) {
    log.error({ code: error.code, hint: error.hint }, error.message);
  } else {
    const known = hostErrors.UNEXPECTED(messageOf(error), { cause: error });
    log.error({ code: known.code, hint: known.hint, stack: (error as Error).stack }, known.message);
  }
}
