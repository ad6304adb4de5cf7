import served from './functions.ts';

/** As a module that was written against the bytes of the protocol alone. */
export default {
  functionTypes: served.functionTypes,
  invoke: (body: Buffer): Buffer | Promise<Buffer> => served.invoke(body),
};
