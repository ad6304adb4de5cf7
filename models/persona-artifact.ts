/** The personas' profiles as a file beside the models. */
import path from 'node:path';
import { artifactFolder, personasFile } from './artifact.ts';
import { checkedText, parseChecked, readArtifactFile } from './checked-json.ts';
import { modelsErrors } from './errors.ts';
import { categories } from './features/transaction.ts';
import type { PersonaProfile } from './persona-rule.ts';

const format = 1;

/** `data`: what they were told from. */
export function personasText(profiles: readonly PersonaProfile[], data: string): string {
  return checkedText({ format, data, profiles });
}

/** Throws WEIR_MODELS_BAD_ARTIFACT. */
export function loadPersonas(folder: string = artifactFolder): readonly PersonaProfile[] {
  const file = path.join(folder, personasFile);
  const { profiles } = parseChecked(readArtifactFile(file), file, format);
  if (Array.isArray(profiles) && profiles.length > 0 && profiles.every(isProfile)) return profiles;
  throw modelsErrors.BAD_ARTIFACT(`${file}: a profile is incomplete, or there is none`);
}

function isProfile(value: unknown): value is PersonaProfile {
  const profile = (value ?? {}) as Partial<PersonaProfile>;
  const shares = [profile.online, profile.away, ...(profile.categories ?? [])];
  return (
    typeof profile.name === 'string' &&
    shares.every((share) => Number(share) > 0 && Number(share) < 1) &&
    profile.categories?.length === categories.length &&
    Number(profile.share) > 0 &&
    Number.isFinite(profile.logAmount)
  );
}
