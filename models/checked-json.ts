/** JSON files with a checksum over their content: what was edited or cut off is noticed. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { modelsErrors } from './errors.ts';

/** The same content gives the same bytes. */
export function checkedText(content: Readonly<Record<string, unknown>>): string {
  return `${JSON.stringify({ ...content, checksum: checksumOf(content) }, null, 1)}\n`;
}

/** `where` names the file in errors. Throws WEIR_MODELS_BAD_ARTIFACT. */
export function parseChecked(
  text: string,
  where: string,
  format: number,
): Readonly<Record<string, unknown>> {
  const { checksum, ...content } = parseObject(text, where);
  if (content['format'] !== format) {
    throw modelsErrors.BAD_ARTIFACT(`${where} has format ${content['format']}, expected ${format}`);
  }
  if (checksum === checksumOf(content)) return content;
  throw modelsErrors.BAD_ARTIFACT(
    `${where} was changed after the training: its checksum is ${checksumOf(content)}, ` +
      `it says ${checksum}`,
  );
}

/** Throws WEIR_MODELS_BAD_ARTIFACT. */
export function readArtifactFile(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (cause) {
    throw modelsErrors.BAD_ARTIFACT(`${file} can't be read`, { cause });
  }
}

function parseObject(text: string, where: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch (cause) {
    throw modelsErrors.BAD_ARTIFACT(`${where} is not JSON`, { cause });
  }
  throw modelsErrors.BAD_ARTIFACT(`${where} is not a JSON object`);
}

function checksumOf(content: object): string {
  return `sha256:${createHash('sha256').update(JSON.stringify(content)).digest('hex')}`;
}
