import type { SnapshotOptions } from '../ports/snapshots.ts';
import { snapshotErrors } from './errors.ts';

export type SnapshotSettings = Readonly<Required<Omit<SnapshotOptions, 'observer'>>>;

// Safety rests on the order of steps in `collectGarbage`, not on this time: it is for readers
// (`weir snapshots verify`), which begin again if they took longer. A folder has one machine's
// disk to fill; a bucket may have readers far away, and copies that are made of it.
const localGraceMs = 60_000;
const sharedGraceMs = 86_400_000;

/** The options with their defaults, each checked. Throws `INVALID_OPTION`. */
export function settingsOf(options: SnapshotOptions, url: string): SnapshotSettings {
  const fingerprint = options.fingerprint;
  if (fingerprint.length > 4_096) {
    throw snapshotErrors.INVALID_OPTION(`fingerprint has ${fingerprint.length} characters`);
  }
  const settings = {
    fingerprint,
    takeover: options.takeover ?? false,
    leaseMs: options.leaseMs ?? 5_000,
    stillAfterMs: options.stillAfterMs ?? 60_000,
    startBudgetMs: options.startBudgetMs ?? 60_000,
    inlineBytesMax: options.inlineBytesMax ?? 262_144,
    compactAfterDeltas: options.compactAfterDeltas ?? 64,
    compactAfterBytes: options.compactAfterBytes ?? 16 * 1024 * 1024,
    deltasMax: options.deltasMax ?? 1_000,
    retainedManifests: options.retainedManifests ?? 3,
    graceMs: options.graceMs ?? (url.startsWith('file:') ? localGraceMs : sharedGraceMs),
  };
  check('leaseMs', settings.leaseMs, 10, 3_600_000);
  check('stillAfterMs', settings.stillAfterMs, 3_000, 86_400_000); // of a pulse a second
  check('startBudgetMs', settings.startBudgetMs, 0, 86_400_000);
  check('inlineBytesMax', settings.inlineBytesMax, 0, 8 * 1024 * 1024);
  check('compactAfterDeltas', settings.compactAfterDeltas, 1, 1_000);
  check('compactAfterBytes', settings.compactAfterBytes, 0, Number.MAX_SAFE_INTEGER);
  check('deltasMax', settings.deltasMax, settings.compactAfterDeltas + 1, 10_000);
  check('retainedManifests', settings.retainedManifests, 0, 1_000);
  check('graceMs', settings.graceMs, 0, Number.MAX_SAFE_INTEGER);
  return settings;
}

function check(name: string, value: number, low: number, high: number): void {
  if (Number.isFinite(value) && value >= low && value <= high) return;
  throw snapshotErrors.INVALID_OPTION(`${name} is ${value}, not between ${low} and ${high}`);
}
