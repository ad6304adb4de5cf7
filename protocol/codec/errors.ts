import { errorCatalogue } from '../errors.ts';

const sender = 'Check the SDK and the proxy on the other side: it must send one whole message.';

/** What can be wrong with messages, values and records of the protocol. */
export const protocolErrors = errorCatalogue('WEIR_PROTOCOL', {
  TRUNCATED: {
    cause:
      'A message ends in the middle of a field, or a length points behind the end of its data.',
    remedy: sender,
  },
  MALFORMED: {
    cause:
      'Bytes that no protobuf message contains: a varint of more than 10 bytes, field number 0, ' +
      'an unknown wire type, or the end of a group that was never begun.',
    remedy: 'Check that the other side sends protobuf, not JSON or text, and nothing compressed.',
  },
  TOO_DEEP: {
    cause: 'Groups are nested more than 100 levels deep.',
    remedy: 'No SDK sends groups: find out what produced this message.',
  },
  TOO_MANY: {
    cause: 'A message lists more than 1,000,000 states, invocations or effects altogether.',
    remedy: 'Let the function answer with fewer effects for one batch.',
  },
  BAD_UTF8: {
    cause: 'A field that holds text is not valid UTF-8.',
    remedy: 'Encode ids, names and tokens as UTF-8; arbitrary bytes belong in values.',
  },
  UNKNOWN_ENUM: {
    cause: 'A mutation type or an expiration mode that this version does not know.',
    remedy: 'Use an SDK for version 3.0 to 3.3 of the protocol.',
  },
  NUMBER_RANGE: {
    cause: 'A duration in milliseconds that is no safe integer (below 2^53), or is negative.',
    remedy: 'Give the duration as a whole, non-negative number of milliseconds.',
  },
  BAD_NAME: {
    cause: 'A function type or an egress id that is not of the form namespace/name.',
    remedy: 'Write it as namespace/name; only the namespace may contain further slashes.',
  },
  NO_REQUEST: {
    cause: 'A request without an invocation, or an invocation without a target.',
    remedy: 'Only a StateFun runtime should call a function; check who posts to this URL.',
  },
  TOO_LARGE: {
    cause: 'A message of 2 GiB or more, which protobuf does not allow.',
    remedy: 'Keep values small: store large things elsewhere and send a reference.',
  },
  BAD_VALUE: {
    cause: 'Bytes that are no value of the built-in type, or not the record that was expected.',
    remedy: 'Check that the sender serializes the value with the type that it names.',
  },
  VALUE_RANGE: {
    cause: 'A value that does not fit its type, e.g. a fraction or more than 32 bits for an int.',
    remedy: 'Use a wider type: long (a bigint) or double.',
  },
});
