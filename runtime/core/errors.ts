import { errorCatalogue } from '#protocol/errors.ts';

/** What the engine refuses, and why an address parks at once. */
export const coreErrors = errorCatalogue('WEIR_CORE', {
  UNKNOWN_FUNCTION: {
    cause: 'A message is for a function type that no endpoint of the module serves.',
    remedy: 'Add an endpoint for it to the module file, or correct the type in the sender.',
  },
  TOO_MANY_TYPES: {
    cause: 'Functions or ingresses named more distinct function types than the runtime keeps.',
    remedy: 'Check for a sender that builds type names from data: the id belongs in the address.',
  },
  UNKNOWN_EGRESS: {
    cause: 'A function sent a record to an egress that the module does not define.',
    remedy: 'Add the egress to the module file, or correct its id in the function.',
  },
  UNKNOWN_STATE: {
    cause: 'A function changed a state that it never declared.',
    remedy: 'Declare the state in the function; the SDK registers it at the first request.',
  },
  STATE_TYPE: {
    cause: 'A state was written, or declared again, with another type than the stored one.',
    remedy: 'Give the state a new name, or restore its type: stored bytes are never reinterpreted.',
  },
  TOO_MANY_STATES: {
    cause: 'A function type declared more states than the runtime keeps.',
    remedy: 'Put the values into fewer states; names of states must not come from data.',
  },
  HANDSHAKE: {
    cause: 'A function asked again for states that were just sent to it.',
    remedy: 'Check that the function image and its state names are what the SDK expects.',
  },
  DUPLICATE_TOKEN: {
    cause: 'A delayed message reuses a cancellation token that is still live for its sender.',
    remedy: 'Cancel the earlier message first, or use a token of its own for each message.',
  },
  BAD_TOKEN: {
    cause: 'A cancellation names no token.',
    remedy: 'Give the token that the delayed message was sent with.',
  },
  NEGATIVE_DELAY: {
    cause: 'A delayed message has a negative delay.',
    remedy: 'Send it with a delay of 0 ms or more; for at once, send an ordinary message.',
  },
  MISSING_VALUE: {
    cause: 'A message or an egress record has no value, or a value without a type.',
    remedy: 'Give every value its typename; a value of zero bytes is one, no value is not.',
  },
  DELAYED_REPLY: {
    cause: 'A delayed message is addressed to a caller that waits for an HTTP answer.',
    remedy: 'Let the function send itself the delayed message, and answer when it arrives.',
  },
  BAD_RECORD: {
    cause: 'The egress can not look at a record that a function sent to it.',
    remedy: 'Correct the record in the function; report this as a bug if it is as documented.',
  },
  BAD_ID: {
    cause: 'An address id is too long or is not well-formed text.',
    remedy: 'Use ids of at most 16 KiB of well-formed Unicode.',
  },
  CORRUPT_RECORD: {
    cause: 'A record of a verified snapshot has no meaning for this version of the engine.',
    remedy: 'Start the version that wrote the snapshot, and report this as a bug.',
  },
  POISONED: {
    cause: 'An address parked whose endpoint has the policy `onFailure: stop`.',
    remedy:
      'Repair the function, start again, and let the address try again: `weir parked retry`. Until ' +
      'then it stays parked, and the others go on.',
  },
  NOT_PARKED: {
    cause: 'The address is not parked.',
    remedy: 'List the parked addresses with GET /parked.',
  },
  MODULE_CHANGED: {
    cause: 'The state holds pending work for something that the module file no longer defines.',
    remedy: 'Define it again until its work is done, or start from another state folder.',
  },
});
