/** One entry of the console's error catalogue; the same shape as those of the other rooms. */
interface Entry {
  readonly status: number;
  readonly cause: string;
  readonly remedy: string;
}

const catalogue = {
  WEIR_CONSOLE_USAGE: {
    status: 500,
    cause: 'An option of the console server is missing or has a value that cannot be used.',
    remedy: 'Start the console with --help; it lists every option with its default.',
  },
  WEIR_CONSOLE_HOST: {
    status: 421,
    cause: 'The request names a host that this server does not answer for (DNS rebinding).',
    remedy: 'Open the page by localhost or an IP address, or list the name in --allow-host.',
  },
  WEIR_CONSOLE_TOKEN: {
    status: 403,
    cause: 'An action came without the token of this server, or from a page of another origin.',
    remedy: 'Read the token from GET /api/session and send it as the header weir-token.',
  },
  WEIR_CONSOLE_CLIENTS: {
    status: 503,
    cause: 'As many event streams are open as the server allows.',
    remedy: 'Close a tab with this page, or try again later.',
  },
  WEIR_CONSOLE_UNSUPERVISED: {
    status: 503,
    cause: 'The console was started by itself, so nobody it could ask owns the runtime process.',
    remedy: 'Start the whole application by npm start, or send the signal yourself.',
  },
  WEIR_CONSOLE_BUSY: {
    status: 409,
    cause: 'An experiment is still being followed to its end.',
    remedy: 'Wait until its verdict is there, then try again.',
  },
  WEIR_CONSOLE_NOT_DONE: {
    status: 409,
    cause: 'The supervisor did not carry out what it was asked for: the message says why.',
    remedy: 'Wait until all parts run (the header of the page says so), then try again.',
  },
  WEIR_CONSOLE_RUNTIME_DOWN: {
    status: 503,
    cause: 'The runtime did not answer, so what was asked for was not done as far as is known.',
    remedy: 'Wait until the header of the page says that it runs, then do it again.',
  },
  WEIR_CONSOLE_REFUSED: {
    status: 409,
    cause: 'The runtime refused an action or a record: the message says why.',
    remedy: 'Look at what the message names; the code in it is in docs/errors.md.',
  },
  WEIR_CONSOLE_NOT_FOUND: {
    status: 404,
    cause: 'There is nothing of that name: no page, no path, no experiment, no address.',
    remedy: 'The paths are listed in docs/console.md; the message says what was asked for.',
  },
  WEIR_CONSOLE_BAD_REQUEST: {
    status: 400,
    cause: 'The request is not one that the server can read.',
    remedy: 'The requests that it knows are in docs/console.md.',
  },
  WEIR_CONSOLE_INTERNAL: {
    status: 500,
    cause: 'The console server failed in a way that it did not expect.',
    remedy: 'Look into logs/console.log in the data folder and report what it says.',
  },
} as const satisfies Record<string, Entry>;

export type ConsoleErrorCode = keyof typeof catalogue;

/** An error with a stable code, answered over HTTP as `{code, message, hint}`. */
export class ConsoleError extends Error {
  override readonly name = 'ConsoleError';
  readonly code: ConsoleErrorCode;
  readonly hint: string;
  readonly status: number;

  constructor(code: ConsoleErrorCode, message: string) {
    super(message);
    this.code = code;
    this.hint = catalogue[code].remedy;
    this.status = catalogue[code].status;
  }
}

/** The catalogue for the error pages: full code to cause and remedy. */
export const consoleErrors: { readonly entries: ReadonlyMap<string, Entry> } = {
  entries: new Map<string, Entry>(Object.entries(catalogue)),
};
