import { commandsOf, fencesOf, shellFencesOf } from '../../docs/page-commands.ts';

/** What a page tells to do. */
export interface Guide {
  /** Its blocks for the shell, in their order. */
  readonly blocks: readonly string[];
  /** Its blocks of another language. */
  readonly code: (language: string) => readonly string[];
  /** This very command of the page; throws if the page has it no more. */
  readonly command: (text: string) => string;
}

export function guideOf(page: string): Guide {
  const commands = new Set(commandsOf(page).map(({ text }) => text));
  return {
    blocks: shellFencesOf(page).map(({ text }) => text.trimEnd()),
    code: (language) =>
      fencesOf(page)
        .filter((fence) => fence.language === language)
        .map(({ text }) => text),
    command: (text) => {
      if (!commands.has(text)) throw new Error(`${page} has no command "${text}"`);
      return text;
    },
  };
}
