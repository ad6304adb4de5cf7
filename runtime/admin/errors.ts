import { errorCatalogue } from '#protocol/errors.ts';

/** What the admin API answers when it can't do what was asked. */
export const adminErrors = errorCatalogue('WEIR_ADMIN', {
  UNKNOWN_ADDRESS: {
    cause: 'The address was never seen, or nothing is left of it.',
    remedy: 'Check function type and id; GET /addresses?type=ns/name lists the known ones.',
  },
  UNKNOWN_TYPE: {
    cause: 'No endpoint of the module serves this function type.',
    remedy: 'Use one of the function types that GET /endpoints shows.',
  },
  BAD_REQUEST: {
    cause: 'A parameter of the request is missing or has a wrong form.',
    remedy: 'Correct the parameter that the message names.',
  },
  NO_SUCH_ROUTE: {
    cause: 'The path is none of the admin API.',
    remedy: 'See the list of paths in the documentation of the admin API.',
  },
  UNFIT_RECORD: {
    cause: 'The message can not be published by this egress, which takes other records.',
    remedy: 'Name another egress with ?egress=ns/name, or drop the message.',
  },
  INTERNAL: {
    cause: 'The request could not be answered, for a reason that is not the request.',
    remedy: 'Try again; if it goes on, look into the log of the runtime.',
  },
  BAD_TOKENS: {
    cause: 'The tokens of the admin API can’t be read.',
    remedy: 'Write a line `NAME SCOPE TOKEN` for each, with the scope read, operate or destroy.',
  },
  UNAUTHENTICATED: {
    cause: 'The admin API needs a token, and the request has none that it knows.',
    remedy: 'Send `Authorization: Bearer TOKEN`; commands take it from WEIR_ADMIN_TOKEN.',
  },
  FORBIDDEN: {
    cause: 'The token may not do what was asked.',
    remedy: 'Use a token with the scope that the message names.',
  },
  FOREIGN_PAGE: {
    cause: 'The request was sent by a web page of somebody else, or for another host.',
    remedy: 'Ask the admin API at its own address, such as http://127.0.0.1:8081.',
  },
  NOT_READY: {
    cause: 'The runtime is a standby, is starting, or is stopping.',
    remedy: 'Wait until GET /health/ready answers 200.',
  },
});
