import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { clientConfig } from '#runtime/kafka/client.ts';

const config = (properties: Record<string, string>) =>
  clientConfig({ id: 'a/k', address: 'one:9092, two:9092', properties }, () => undefined);
const jaas = (rest: string) => `org.apache.kafka.common.security.plain.PlainLoginModule ${rest};`;

test('brokers, and nothing else by default', () => {
  const plain = config({});
  expect(plain.brokers).toEqual(['one:9092', 'two:9092']);
  expect(plain).not.toHaveProperty('ssl');
  expect(plain).not.toHaveProperty('sasl');
});

test('the login is read as the Java client reads it', () => {
  const sasl = (mechanism: string, text: string) =>
    config({
      'security.protocol': 'SASL_PLAINTEXT',
      'sasl.mechanism': mechanism,
      'sasl.jaas.config': text,
    }).sasl;
  expect(sasl('PLAIN', jaas('required username="me" password="a \\"b\\" c"'))).toEqual({
    ...{ mechanism: 'plain', username: 'me', password: 'a "b" c' },
  });
  expect(sasl('SCRAM-SHA-512', jaas("required password='p' username='u'"))).toEqual({
    ...{ mechanism: 'scram-sha-512', username: 'u', password: 'p' },
  });
  expect(() => sasl('PLAIN', jaas('required username="hidden"'))).toThrow(/password/);
  expect(() => sasl('PLAIN', jaas('required password="hidden"'))).toThrow(/^(?!.*hidden)/);
});

test('TLS takes PEM texts and files, and never less than version 1.2', () => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-kafka-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'store.pem');
  writeFileSync(file, 'PEM');
  expect(
    config({
      'security.protocol': 'SSL',
      'ssl.truststore.location': file,
      'ssl.keystore.certificate.chain': 'CHAIN',
      'ssl.keystore.key': 'KEY',
      'ssl.key.password': 'word',
    }).ssl,
  ).toEqual({ minVersion: 'TLSv1.2', ca: 'PEM', cert: 'CHAIN', key: 'KEY', passphrase: 'word' });
  expect(
    config({
      'security.protocol': 'SASL_SSL',
      'sasl.jaas.config': jaas('username="u" password="p"'),
    }).ssl,
  ).toEqual({
    minVersion: 'TLSv1.2',
  });
  expect(() =>
    config({ 'security.protocol': 'SSL', 'ssl.truststore.location': join(folder, 'none') }),
  ).toThrow(/ssl\.truststore\.location/);
});
