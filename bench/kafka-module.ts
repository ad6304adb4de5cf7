/** The application of the Kafka bench; `transport` for the runtime that knows it. */
export function moduleText({
  port,
  address,
  input,
  transport,
}: {
  readonly port: number;
  readonly address: string;
  readonly input: string;
  readonly transport?: string;
}): string {
  const how = transport === undefined ? '' : `  transport: { type: ${transport} }\n`;
  return `kind: io.statefun.endpoints.v2/http
spec:
  functions: bench/*
  urlPathTemplate: http://127.0.0.1:${port}/
${how}---
kind: io.statefun.kafka.v1/ingress
spec:
  id: bench/in
  address: ${address}
  consumerGroupId: bench
  startupPosition: { type: earliest }
  properties:
    - fetch.max.wait.ms: 50
  topics: [{ topic: ${input}, valueType: bench/payload, targets: [bench/counter] }]
---
kind: io.statefun.kafka.v1/egress
spec:
  id: bench/out
  address: ${address}
  deliverySemantic: { type: exactly-once, transactionTimeout: 15s }
`;
}
