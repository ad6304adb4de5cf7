import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createWriteStream, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { freePort, until } from '../chaos/processes.ts';
import { cached, cacheFolder, commandOf, killed, MissingService, must } from './toolchain.ts';
import { injected } from '../fault-table/injected.ts';

export const kafkaVersion = '4.4.0';
const scala = '2.13';
const folderName = `kafka/kafka_${scala}-${kafkaVersion}`;
/** The line that Kafka 4.x is built with. */
const slf4j = '1.7.36';
const dependencyPlugin = '3.8.1';
const javaMin = 17;

/** The folder of Kafka's jars, fetched if need be. Throws `MissingService`. */
export function installKafka(): string {
  javaCommand();
  return cached(folderName, (folder) => {
    const maven = commandOf('mvn', 'Kafka is fetched with Maven, once');
    console.log(`fetching Kafka ${kafkaVersion} (about 45 MB, once)`);
    writeFileSync(join(folder, 'pom.xml'), pom());
    must('fetching Kafka', maven, [
      ...['-B', '-q', '-f', join(folder, 'pom.xml')],
      `org.apache.maven.plugins:maven-dependency-plugin:${dependencyPlugin}:copy-dependencies`,
      ...['-DincludeScope=runtime', `-DoutputDirectory=${join(folder, 'libs')}`],
    ]);
    return join(folder, 'libs');
  });
}

/** Whether it can be started here; `install.ts` says why not. In CI it must. */
export function hasKafka(): boolean {
  return process.env['CI'] !== undefined || existsSync(join(cacheFolder, folderName));
}

function pom(): string {
  const dependency = (group: string, artifact: string, of: string): string =>
    `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId>` +
    `<version>${of}</version></dependency>`;
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
<modelVersion>4.0.0</modelVersion>
<groupId>weir</groupId><artifactId>broker</artifactId><version>1</version><packaging>pom</packaging>
<dependencies>${dependency('org.apache.kafka', `kafka_${scala}`, kafkaVersion)}
${dependency('org.slf4j', 'slf4j-simple', slf4j)}</dependencies>
</project>`;
}

export function javaCommand(): string {
  const home = process.env['JAVA_HOME'];
  for (const command of [...(home === undefined ? [] : [join(home, 'bin/java')]), 'java']) {
    const { status, stderr } = spawnSync(command, ['-version'], { encoding: 'utf8' });
    const major = Number(/version "(\d+)/.exec(stderr ?? '')?.[1]);
    if (status === 0 && major >= javaMin) return command;
  }
  throw new MissingService(`Kafka needs Java >= ${javaMin} (in JAVA_HOME or on the path)`);
}

/** The login of a broker with a secure listener. */
export const login = { username: 'weir', password: 'not-to-be-shown' };

export interface BrokerOptions {
  /** The port that clients are sent to, of a proxy in front of it. */
  readonly advertised?: number;
  /** Whether there is a second listener, with TLS, client certificates and a login. */
  readonly secure?: boolean;
}

/** Options of Java for one of Kafka's programs: small, and quick to start. */
export function javaOptions(libs: string, heap: string): string[] {
  return [
    ...[`-Xms${heap}`, `-Xmx${heap}`, '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'],
    ...['-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', '-cp', join(libs, '*')],
  ];
}

/** A real broker (KRaft, one node) on loopback, that ends with its test. */
export class KafkaBroker {
  readonly port: number;
  /** Of the listener with TLS and login; 0: there is none. */
  readonly securePort: number;
  readonly #folder = mkdtempSync(join(tmpdir(), 'weir-kafka-'));
  readonly #libs: string;
  readonly #config: string;
  #process: ChildProcess | null = null;

  private constructor(libs: string, ports: Ports) {
    this.#libs = libs;
    this.port = ports.own;
    this.securePort = ports.secure;
    this.#config = join(this.#folder, 'server.properties');
    writeFileSync(this.#config, settings(this.#folder, ports));
  }

  static async start({ advertised, secure = false }: BrokerOptions = {}): Promise<KafkaBroker> {
    const own = await freePort();
    const libs = installKafka();
    const broker = new KafkaBroker(libs, {
      ...{ own, controller: await freePort(), advertised: advertised ?? own },
      secure: secure ? await freePort() : 0,
    });
    const id = randomBytes(16).toString('base64url').replace(/^-/, 'A');
    const scram = `SCRAM-SHA-512=[name=${login.username},password=${login.password}]`;
    const format = ['kafka.tools.StorageTool', 'format', '-t', id, '-c', broker.#config];
    if (secure) format.push('--add-scram', scram);
    const { status, stderr } = spawnSync(javaCommand(), [...broker.#java('128m'), ...format], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`the broker's folder could not be formatted: ${stderr}`);
    await broker.resume();
    return broker;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Starts it, again if it was killed, on the records that it had. */
  async resume(): Promise<void> {
    const args = [...this.#java('256m'), 'kafka.Kafka', this.#config];
    const log = createWriteStream(join(this.#folder, 'broker.log'));
    const child = spawn(javaCommand(), args, { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.pipe(log);
    child.stderr.pipe(log);
    this.#process = child;
    await until('the Kafka broker', async () => {
      if (child.exitCode !== null) {
        const said = readFileSync(join(this.#folder, 'broker.log'), 'utf8').slice(-2_000);
        throw new Error(`the Kafka broker ended with ${child.exitCode}: ${said}`);
      }
      return answers(this.port);
    });
  }

  /** `kill -9`. */
  kill(): Promise<void> {
    injected(14);
    return killed(this.#process);
  }

  async stop(): Promise<void> {
    await killed(this.#process);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #java(heap: string): string[] {
    return javaOptions(this.#libs, heap);
  }
}

interface Ports {
  readonly own: number;
  readonly controller: number;
  readonly advertised: number;
  readonly secure: number;
}

/**
 * Small and quick: few internal partitions, one replica, a short look-out for transactions that
 * timed out, and a short session, since a broker that crashed registers again only after it.
 */
function settings(folder: string, ports: Ports): string {
  const { own: port, controller: controllerPort, advertised, secure } = ports;
  const more = secure === 0 ? '' : `,SECURE://127.0.0.1:${secure}`;
  return `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controllerPort}
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}${more}
advertised.listeners=PLAINTEXT://127.0.0.1:${advertised}${more}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_SSL
${secure === 0 ? '' : secureSettings(folder)}inter.broker.listener.name=PLAINTEXT
controller.listener.names=CONTROLLER
log.dirs=${join(folder, 'records')}
auto.create.topics.enable=false
num.partitions=1
default.replication.factor=1
offsets.topic.num.partitions=4
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=3000
transaction.abort.timed.out.transaction.cleanup.interval.ms=1000
group.initial.rebalance.delay.ms=0
log.retention.check.interval.ms=1000
num.network.threads=2
num.io.threads=2
log.cleaner.dedupe.buffer.size=8388608
log.index.size.max.bytes=1048576
`;
}

/** Who connects shows a certificate of the authority, and a login. */
function secureSettings(folder: string): string {
  const certificate = (name: string): string =>
    readFileSync(new URL(`../transport/certificates/${name}.pem`, import.meta.url), 'utf8');
  const key = readFileSync(
    new URL('../transport/certificates/server.key', import.meta.url),
    'utf8',
  );
  const [keyStore, trustStore] = [join(folder, 'server.pem'), join(folder, 'ca.pem')];
  writeFileSync(keyStore, key + certificate('server'));
  writeFileSync(trustStore, certificate('ca'));
  const { username, password } = login;
  const plain = `org.apache.kafka.common.security.plain.PlainLoginModule required user_${username}="${password}";`;
  return `listener.name.secure.ssl.keystore.type=PEM
listener.name.secure.ssl.keystore.location=${keyStore}
listener.name.secure.ssl.truststore.type=PEM
listener.name.secure.ssl.truststore.location=${trustStore}
listener.name.secure.ssl.client.auth=required
listener.name.secure.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-512
listener.name.secure.plain.sasl.jaas.config=${plain}
listener.name.secure.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
`;
}

/** Sends an ApiVersions request (key 18, version 0, correlation 1) and wants an answer without error. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 255, 255]));
    });
    const end = (answered: boolean): void => {
      socket.destroy();
      resolve(answered);
    };
    socket.setTimeout(2_000, () => end(false));
    socket.on('error', () => end(false));
    socket.on('close', () => resolve(false));
    socket.once('data', (data) => end(data.length >= 10 && data.readInt16BE(8) === 0));
  });
}
