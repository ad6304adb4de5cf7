import { errorCatalogue } from '#protocol/errors.ts';

/** Every error of this room. Those raised inside a handler fail its request, so nothing is lost. */
export const sdkErrors = errorCatalogue('WEIR_SDK', {
  STRANGER: {
    cause: 'A request is not signed by a key that the functions trust.',
    remedy:
      'Let the endpoint of the module sign (`weir.signing`) with a key whose public half is among ' +
      'the `trustedKeys` of the function server.',
  },
  DEFINITION: {
    cause: 'A function, one of its states or a value type is declared in a way that cannot work.',
    remedy: 'Correct the declaration; the message names it.',
  },
  TYPENAME_CLASH: {
    cause:
      'Two different value types have the same typename, so bytes of one could be read as the other.',
    remedy:
      'Declare the type once and import it everywhere, or give the other one another typename.',
  },
  DURATION: {
    cause: 'A duration is negative, too long, or not written like `10 min`.',
    remedy: 'Give milliseconds as a number, or a text such as `500 ms`, `10 min` or `30 days`.',
  },
  ADDRESS: {
    cause: 'An address or an egress id is not complete.',
    remedy:
      'Types and egress ids have the form namespace/name; an address also needs a non-empty id.',
  },
  VALUE: {
    cause: 'A value does not fit its type, so it cannot be encoded.',
    remedy: 'Give a value of the declared type.',
  },
  UNDECODABLE: {
    cause: 'The bytes that arrived are not a valid value of their type.',
    remedy: 'Check who writes them, and whether both sides mean the same by the typename.',
  },
  STATE_UNKNOWN: {
    cause: 'A handler used a state that its function does not declare.',
    remedy: 'Add it to `state` in defineFunction, or correct the name.',
  },
  STATE_TYPE: {
    cause: 'The stored value of a state has another typename than the function declares.',
    remedy: 'Declare the old typename again, and store the new type under a new state name.',
  },
  CONTEXT_ENDED: {
    cause: 'A context was used after its handler had ended, where effects would be lost.',
    remedy: 'Await everything that uses `ctx` before the handler returns.',
  },
  NO_CALLER: {
    cause: 'A handler replied to a message that came from an ingress and so has no caller.',
    remedy: 'Check `ctx.caller` first, or send the answer to an egress.',
  },
  TOKEN: {
    cause: 'A cancellation token is empty, or is already used by a delayed message of this batch.',
    remedy: 'Cancel the first message before the token is used again, or take another token.',
  },
  MESSAGE_UNKNOWN: {
    cause: 'A message arrived for which its function has no handler.',
    remedy: 'Add `on(type, handler)` for its typename, or handle every other one in `otherwise`.',
  },
  FUNCTION_UNKNOWN: {
    cause: 'A request is for a function type that is not served here.',
    remedy: 'Add the function to `serve`, or correct `functions` of the endpoint in module.yaml.',
  },
  HANDLER_FAILED: {
    cause: 'A handler threw; the request failed and none of its effects took place.',
    remedy: 'See the cause in the log of the function process; the runtime tries again.',
  },
  REQUEST: {
    cause: 'An HTTP request is not one of the request-reply protocol.',
    remedy: 'POST a ToFunction message with content type application/octet-stream.',
  },
  REQUEST_TOO_LARGE: {
    cause: 'A request body is larger than the server accepts.',
    remedy: 'Raise `bodyLimitBytes`, or lower maxNumBatchRequests of the endpoint.',
  },
  LISTEN: {
    cause: 'The server could not listen on its port or socket.',
    remedy: 'Free the port or the socket path, or choose another one.',
  },
  HARNESS: {
    cause: 'A test harness was asked for something that cannot be.',
    remedy: 'See the message.',
  },
  HARNESS_ENDLESS: {
    cause: 'Functions under test kept sending messages to each other without an end.',
    remedy: 'Look for a loop of messages, or raise `maxSteps`.',
  },
});
