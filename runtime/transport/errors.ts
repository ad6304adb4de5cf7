import { errorCatalogue } from '#protocol/errors.ts';

/** Why a request to a function was not answered, and what is wrong with an endpoint's options. */
export const transportErrors = errorCatalogue('WEIR_TRANSPORT', {
  BAD_URL: {
    cause: 'The URL template of an endpoint can not be used.',
    remedy:
      'Write http://, https:// or http+unix://path.sock/… with {function.name} in the path or query only.',
  },
  BAD_OPTION: {
    cause: 'An option of a transport is missing or out of range.',
    remedy: 'Correct the transport options of this endpoint in the module file.',
  },
  BAD_CERTIFICATE: {
    cause: 'A certificate or key of an endpoint can not be read.',
    remedy: 'Check path, PEM format, permissions and password of the file that is named.',
  },
  BAD_FUNCTION_NAME: {
    cause: 'The name of a function can not become one segment of the endpoint URL.',
    remedy: 'Use function names of letters, digits, `-`, `_` and `.`, not only dots.',
  },
  UNENCODABLE: {
    cause: 'A batch could not be written as a request.',
    remedy: 'Drop the message that is named, or send it to the dead-letter egress.',
  },
  REFUSED: {
    cause: 'Nothing listens at the address of the endpoint.',
    remedy: 'Start the function process, or correct the URL in the module file.',
  },
  UNREACHABLE: {
    cause: 'The host of the endpoint can not be found or reached.',
    remedy: 'Check the host name, the network and the path of the unix socket.',
  },
  CONNECT_TIMEOUT: {
    cause: 'No connection to the endpoint came about in time.',
    remedy: 'Check that the host is up and that no firewall swallows connections.',
  },
  TLS: {
    cause: 'The certificate of the endpoint, or ours, was not accepted.',
    remedy: 'Check trust_cacerts, client_cert and the host name in the certificate.',
  },
  RESET: {
    cause: 'The connection ended before the whole reply had arrived.',
    remedy: 'Look whether the function process died or a proxy closes connections early.',
  },
  TIMEOUT: {
    cause: 'The function did not answer in time.',
    remedy: 'Make the function quicker, or raise `call`: an attempt may take half of it.',
  },
  STATUS: {
    cause: 'The function server answered with a status other than 2xx; redirects count too.',
    remedy: 'Look into the log of the function process: its handler probably threw.',
  },
  CONTENT_TYPE: {
    cause: 'The reply is not of content type application/octet-stream, without parameters.',
    remedy: 'Check that the URL leads to a function server and not to a page or proxy.',
  },
  CONTENT_ENCODING: {
    cause: 'The reply is compressed in a way that was not offered, or is damaged.',
    remedy: 'Answer uncompressed, or with a single gzip or deflate.',
  },
  TOO_LARGE: {
    cause: 'The decoded reply is larger than payload_max_bytes.',
    remedy: 'Raise payload_max_bytes, or let the function answer with less at once.',
  },
  UNDECODABLE: {
    cause: 'The bytes of the reply are not a FromFunction message.',
    remedy: 'Check that function image and SDK speak the request-reply protocol of StateFun 3.',
  },
  PROTOCOL: {
    cause: 'The reply breaks HTTP or the batched protocol.',
    remedy: 'Check what listens there, and the server against docs/batched-transport.md.',
  },
  FUNCTION_FAILED: {
    cause: 'The function server says that this one request failed.',
    remedy: 'Look into the log of the function process: its handler probably threw.',
  },
  WAITED: {
    cause: 'The endpoint was down, or all its connections busy, for the whole budget.',
    remedy: 'Bring the endpoint up: its requests go on by themselves.',
  },
  EMBEDDED_MODULE: {
    cause: 'The module of embedded functions can not be loaded or serves nothing of the kind.',
    remedy: 'Let its default export be what `embed(functions)` of the SDK returns.',
  },
  WORKER_DIED: {
    cause: 'The worker thread of embedded functions ended while it held requests.',
    remedy: 'Look for a crash or process.exit in the functions; the worker starts again.',
  },
  OTHER: {
    cause: 'The request failed in a way that has no class of its own.',
    remedy: 'The message says more; please report it.',
  },
});
