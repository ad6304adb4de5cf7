export { boolean, double, float, int, long, string } from './builtin-types.ts';
export { bytes, custom, json, protobuf } from './own-types.ts';
export type { ProtobufClass, Validator } from './own-types.ts';
export { ValueType } from './value-type.ts';
export type { StateDeclaration, ValueOf } from './value-type.ts';
export type { Duration } from './duration.ts';
export { defineFunction, on } from './define-function.ts';
export type {
  AnyFunction,
  FunctionAddress,
  FunctionDefinition,
  FunctionOptions,
  HandlerResult,
  MessageHandler,
} from './define-function.ts';
export type {
  Context,
  KafkaRecord,
  KinesisRecord,
  SendAfterOptions,
  StateDeclarations,
  StateOf,
  UnknownMessage,
} from './context.ts';
export type { Logger } from './logger.ts';
export { serve } from './serve.ts';
export type { RunningServer, ServeOptions } from './serve.ts';
export { handler } from './http-handler.ts';
export type { HttpHandler } from './http-handler.ts';
export type { FunctionServerOptions } from './function-server.ts';
export type { ErrorHook, FailureDetails } from './failure-report.ts';
export { embed } from './embed.ts';
export type { EmbeddedFunctions } from './embed.ts';
export { fastifyPlugin } from './fastify-plugin.ts';
export { lambdaHandler } from './lambda-handler.ts';
export type { LambdaEvent, LambdaResult } from './lambda-handler.ts';
export { testHarness } from './harness/test-harness.ts';
export type { TestHarness, TestHarnessOptions } from './harness/test-harness.ts';
export { sdkErrors } from './errors.ts';
export type { Address } from '#protocol/messages.ts';
