import { errorCatalogue } from '#protocol/errors.ts';

/** Everything that can be wrong with a module file. */
export const moduleErrors = errorCatalogue('WEIR_MODULE', {
  INVALID: {
    cause: 'The module file has mistakes, so nothing was started.',
    remedy: 'Run `weir check` on the file: it names every mistake with its line and column.',
  },
  UNREADABLE: {
    cause: 'The module file could not be read.',
    remedy: 'Check the path and the permissions of the file.',
  },
  NOT_UTF8: {
    cause: 'The module file holds bytes that are not UTF-8.',
    remedy: 'Save the file as UTF-8.',
  },
  EMPTY: {
    cause: 'The module file holds no component.',
    remedy: 'Add documents with `kind` and `spec`; docs/module.md begins with a small example.',
  },
  TOO_LARGE: {
    cause: 'The module file is larger than 1 MiB, or has more parts than 1 MiB of text should.',
    remedy: 'Serve functions by namespace (`functions: my.namespace/*`) instead of one by one.',
  },
  TOO_DEEP: {
    cause: 'Mappings and lists are nested more than 64 deep.',
    remedy: 'No kind needs more than 10 levels: look for brackets that are never closed.',
  },
  TOO_MANY: {
    cause: 'The file has more mistakes than are listed.',
    remedy: 'Correct those that are listed first.',
  },
  SYNTAX: {
    cause: 'The file is not valid YAML 1.2 at this place.',
    remedy: 'Check indentation, quotes and brackets at this line and the one before.',
  },
  TAG: {
    cause: 'A value has a YAML tag (`!…`) that the module file does not know.',
    remedy: 'Remove the tag: values are read as text, numbers, true/false, lists and mappings.',
  },
  DUPLICATE_KEY: {
    cause: 'A mapping has the same key twice.',
    remedy: 'Remove one of them; the first one was read.',
  },
  MERGE_KEY: {
    cause: 'YAML merge keys (`<<`) are not part of YAML 1.2 and not supported.',
    remedy: 'Write the keys out, or use an anchor for the whole value.',
  },
  ALIAS: {
    cause: 'An alias (`*name`) has no anchor (`&name`) before it, or contains itself.',
    remedy: 'Define the anchor above, in the same document.',
  },
  ALIAS_EXPLOSION: {
    cause: 'Aliases of aliases multiply the document beyond 10,000 further values.',
    remedy: 'Write the values out instead of referring to anchors that refer to anchors.',
  },
  INTERPOLATION: {
    cause: 'A `${…}` is none of `${env:NAME}`, `${env:NAME:-default}` and `${file:PATH}`.',
    remedy: 'Correct it, or write `$${` where `${` is meant literally.',
  },
  MISSING_VARIABLE: {
    cause: 'An environment variable that a value refers to is not set.',
    remedy: 'Set the variable, or give a default: `${env:NAME:-default}`.',
  },
  MISSING_FILE: {
    cause: 'A file that a value refers to could not be read.',
    remedy: 'Check the path (relative paths start at the folder of the module file).',
  },
  FORMAT: {
    cause: 'A document is neither a component (`kind`, `spec`) nor a module of version 3.0.',
    remedy: 'Write one document for each component, separated by `---`.',
  },
  VERSION: {
    cause: 'The single-document format is known in version "3.0" only.',
    remedy: 'Rewrite the file as documents with `kind` and `spec`, separated by `---`.',
  },
  UNKNOWN_KIND: {
    cause: 'No component of this kind is known.',
    remedy: 'docs/module.md lists every kind with its keys.',
  },
  UNKNOWN_KEY: {
    cause: 'A mapping has a key that its kind does not know.',
    remedy: 'Correct or remove it; docs/module.md lists the keys of every kind.',
  },
  MISSING_KEY: {
    cause: 'A mapping lacks a key that its kind needs.',
    remedy: 'Add the key; docs/module.md has an example of every kind.',
  },
  WRONG_TYPE: {
    cause: 'A value has another type than its key needs.',
    remedy: 'Correct the value; text that looks like a number needs quotes.',
  },
  BAD_VALUE: {
    cause: 'A value has the right type but is not one that its key allows.',
    remedy: 'Correct the value as the message says.',
  },
  BAD_TYPE_NAME: {
    cause: 'A name is not of the form `namespace/name`.',
    remedy: 'Write exactly one `/` with text on both sides; the namespace may contain dots.',
  },
  BAD_DURATION: {
    cause: 'A value is not a duration.',
    remedy: 'Write a whole number with a unit, such as 10ms, 20s, 1 min, 2h; without one it is ms.',
  },
  BAD_URL: {
    cause: 'A URL template is not an absolute URL that a message can not lead elsewhere.',
    remedy: 'Write scheme and host literally; `{function.name}` may stand in path and query only.',
  },
  BAD_ROUTE: {
    cause: 'A route of an HTTP ingress is malformed, or its key names no part of it.',
    remedy: 'Write a path such as `/accounts/:id`, and as its key a pointer, header or parameter.',
  },
  FOLDER_ONLY: {
    cause: 'An option that only an event log folder has was set for a single file.',
    remedy: 'End the path with `/` to make it a folder, or remove the option.',
  },
  DUPLICATE_ID: {
    cause: 'Two ingresses, or two egresses, have the same id.',
    remedy: 'Give each its own id.',
  },
  DUPLICATE_FUNCTION: {
    cause: 'The same function or namespace is bound twice.',
    remedy: 'Keep one of them; a single function may override its namespace.',
  },
  DUPLICATE_ROUTE: {
    cause: 'Two routes of an ingress match the same paths.',
    remedy: 'Keep one of them, with the targets of both.',
  },
  DUPLICATE_PATH: {
    cause: 'Two egresses write to the same file or folder.',
    remedy: 'Give each its own path.',
  },
  PORT_OVERLAP: {
    cause: 'Two components listen on the same port.',
    remedy: 'Give each its own port; routes of one HTTP ingress share one.',
  },
  UNSERVED_TARGET: {
    cause: 'A target is a function that nothing in the file serves.',
    remedy: 'Correct the target, or add an endpoint whose `functions` cover it.',
  },
  UNKNOWN_EGRESS: {
    cause: 'Dead letters are to go to an egress that the file does not define.',
    remedy: 'Correct the id, or add the egress.',
  },
  INCOMPLETE: {
    cause: 'A module needs at least one ingress and something that serves functions.',
    remedy: 'Add what is missing; docs/module.md begins with a small complete example.',
  },
});

/** The short names of the codes above. */
export type MistakeName = Exclude<keyof typeof moduleErrors, 'entries' | 'code'>;
