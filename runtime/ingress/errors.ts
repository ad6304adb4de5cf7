import { errorCatalogue } from '#protocol/errors.ts';

/** What can go wrong where records come in. HTTP answers carry the same codes. */
export const ingressErrors = errorCatalogue('WEIR_INGRESS', {
  INVALID_POINTER: {
    cause: 'The key of a record is named by something that is not a JSON pointer (RFC 6901).',
    remedy: 'Write a pointer such as `/accountId` or `/account/id`; `~` is `~0` and `/` is `~1`.',
  },
  UNKNOWN_TARGET: {
    cause: 'A target of an ingress is a function type that no endpoint of the module serves.',
    remedy: 'Add an endpoint for the function type, or correct the target in the module file.',
  },
  FILE_NOT_FOUND: {
    cause: 'The file or folder of a file ingress does not exist and nobody waits for it.',
    remedy: 'Create it, correct `path`, or set `follow: true` to wait until it appears.',
  },
  FILE_UNREADABLE: {
    cause: 'The file or folder of a file ingress exists but could not be read.',
    remedy: 'Check its permissions and the disk; reading goes on by itself once it works again.',
  },
  FILE_SHORTER: {
    cause: 'The file holds less than what was already taken from it: it was truncated or replaced.',
    remedy:
      'Put the original file back (it is append-only), or begin anew with an empty state folder.',
  },
  FILE_REPLACED: {
    cause: 'Another file with other content has taken the place of the one that is being read.',
    remedy:
      'Put the original file back; to go on to new files by themselves use an event log folder.',
  },
  LOG_GAP: {
    cause: 'A file of an event log folder is missing or too short: bytes between files are absent.',
    remedy: 'Put the missing file back. To begin anew, empty both the folder and the state folder.',
  },
  LOG_OVERLAP: {
    cause: 'A file of an event log folder is longer than the name of the next one allows.',
    remedy: 'Find out who wrote to a complete file, and restore the bytes that it had.',
  },
  POSITION_INSIDE_RECORD: {
    cause: 'The position to resume from is not at the beginning of a line: the content is another.',
    remedy: 'Put the original file back, or begin anew with an empty state folder.',
  },
  RECORD_TOO_LONG: {
    cause: 'A line is longer than the limit for one record.',
    remedy: 'Write smaller records; keep large objects elsewhere and send their names.',
  },
  RECORD_NOT_JSON: {
    cause: 'The key of a record is to be taken out of it, but the record is not valid JSON.',
    remedy: 'Correct the writer: one JSON value per line.',
  },
  RECORD_TOO_DEEP: {
    cause: 'A large JSON record is nested more deeply than 512 levels, which is slow to parse.',
    remedy: 'Flatten the record, or take its key from somewhere else than the record itself.',
  },
  KEY_MISSING: {
    cause: 'A record has no usable key: it is absent, null, an object, an array, or not text.',
    remedy: 'Give every record the field that the key pointer names: a string, number or boolean.',
  },
  FOREIGN_PAGE: {
    cause: 'A browser sent the request for a page of another site, which may not write records.',
    remedy:
      'Send records from a server. Where a proxy in front checks the page, let it remove `Origin`.',
  },
  KEY_TOO_LONG: {
    cause: 'The id of an address is longer than 16,384 bytes of UTF-8.',
    remedy: 'Use a shorter key, such as a hash of the long one.',
  },
  LISTEN_FAILED: {
    cause: 'An HTTP ingress could not listen on its host and port.',
    remedy: 'Stop whoever uses the port, or give the ingress another `port` or `host`.',
  },
  ROUTE_CONFLICT: {
    cause: 'Two ingresses on the same host and port would answer the same requests.',
    remedy: 'Give one of them another port, or other paths.',
  },
  NOT_FOUND: {
    cause: 'A request asks for a path that no ingress on this port has.',
    remedy: 'Use one of the known routes.',
  },
  UNKNOWN_FUNCTION: {
    cause: 'A request is for a function type that no endpoint of the module serves.',
    remedy: 'Use one of the known function types, or add an endpoint to the module file.',
  },
  METHOD_NOT_ALLOWED: {
    cause: 'The path exists, but not for this HTTP method.',
    remedy: 'Use the method that the `Allow` header of the answer names.',
  },
  BAD_PATH: {
    cause: 'The path of a request is malformed, or has not the segments it needs.',
    remedy: 'Send `PUT /<namespace>/<type>/<id>`, each segment percent-encoded once, in UTF-8.',
  },
  BAD_REQUEST: {
    cause: 'A request is not what the ingress understands.',
    remedy: 'Correct what the message names and send it again.',
  },
  BODY_TOO_LARGE: {
    cause: 'The body of a request is over the limit (after decompression).',
    remedy: 'Send smaller requests, for example fewer records in each.',
  },
  UNSUPPORTED_ENCODING: {
    cause: 'The body of a request has a content encoding other than gzip.',
    remedy: 'Send the body as it is, or with `Content-Encoding: gzip`.',
  },
  BUSY: {
    cause: 'The runtime is under back-pressure: its queues are full. Nothing was taken.',
    remedy: 'Send the same request again after the time in `Retry-After`.',
  },
  STOPPING: {
    cause: 'The runtime is about to stop and takes nothing any more. Nothing was taken.',
    remedy: 'Send the same request again once the runtime is back.',
  },
  NOT_COMMITTED: {
    cause: 'The request was taken, but the commit that was to make it durable did not succeed.',
    remedy: 'Send it again with the same Idempotency-Key (without one it may take effect twice).',
  },
  REPLY_TIMEOUT: {
    cause: 'No function answered the request within the time limit of `?wait=reply`.',
    remedy: 'Send the same request with the same Idempotency-Key to get the reply later.',
  },
  REPLY_NOT_AWAITED: {
    cause: 'The first request with this Idempotency-Key did not wait for a reply: there is none.',
    remedy: 'Use a new Idempotency-Key for a request that waits, or leave out `?wait=reply`.',
  },
});
