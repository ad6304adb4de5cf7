import { type ApiError, RequestFailed } from './api.ts';
import { element, setText } from './element.ts';

/** Shows in place what went wrong, what to do about it, and its code to be copied. */
export function showProblem(place: HTMLElement, thrown: unknown): void {
  const error = errorOf(thrown);
  const copy = element('button', '', 'Copy');
  copy.type = 'button';
  copy.addEventListener('click', () => {
    const text = `${error.code}: ${error.message} ${error.hint}`;
    navigator.clipboard.writeText(text).then(
      () => setText(copy, 'Copied'),
      () => setText(copy, 'Can’t copy here'),
    );
  });
  place.replaceChildren(
    element('p', '', element('strong', '', error.message), ` ${error.hint}`),
    element('p', 'faint', element('code', '', error.code), ' ', copy),
  );
  place.hidden = false;
}

/**
 * Does what a button is for: it can't be pressed again meanwhile, and what goes wrong is shown in
 * place. True if it was done.
 */
export async function attempt(
  button: HTMLButtonElement,
  place: HTMLElement,
  work: () => Promise<unknown>,
): Promise<boolean> {
  button.disabled = true;
  try {
    await work();
    return true;
  } catch (error) {
    showProblem(place, error);
    return false;
  } finally {
    button.disabled = false;
  }
}

function errorOf(thrown: unknown): ApiError {
  if (thrown instanceof RequestFailed) return thrown.error;
  return {
    code: 'WEIR_CONSOLE_PAGE',
    message: `The page failed: ${String(thrown)}.`,
    hint: 'Load it again; if it fails again, report what this says.',
  };
}
