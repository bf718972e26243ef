import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { StartError } from '../../services/runtime/errors.ts';
import { describeWithKafka, type KafkaBroker, startKafka } from '../support/kafka.ts';
import { kafkaConfig, makeTopic, openKafkaLog, openKafkaLogForTest, type TestTopic } from '../support/kafka-log.ts';
import { freePorts } from '../support/ports.ts';

const SECURITY = 'org.apache.kafka.common.security';
const LOGIN = { KAFKA_SASL_USERNAME: 'candor', KAFKA_SASL_PASSWORD: 'a-password' };

/** The broker's settings for a user of each mechanism, as Kafka's documentation has them. */
const loginProperties = [
  'sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
  `listener.name.extra.plain.sasl.jaas.config=${SECURITY}.plain.PlainLoginModule required user_candor="a-password";`,
  ...['256', '512'].map(
    (bits) => `listener.name.extra.scram-sha-${bits}.sasl.jaas.config=${SECURITY}.scram.ScramLoginModule required;`,
  ),
];

const scramUsers = ['256', '512'].flatMap((bits) => [
  '--add-scram',
  `SCRAM-SHA-${bits}=[name=candor,password=a-password]`,
]);

describeWithKafka('a log on Kafka that asks for TLS and a login', () => {
  let folder: string;
  let authority: string;
  let broker: KafkaBroker;
  let secure: string;
  let topic: TestTopic;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'candor-tls-'));
    authority = join(folder, 'authority.pem');
    const store = ['-keystore', join(folder, 'broker.p12'), '-storepass', 'changeit', '-alias', 'broker'];
    const subject = ['-dname', 'CN=localhost', '-ext', 'san=ip:127.0.0.1', '-keyalg', 'EC', '-validity', '1'];
    execFileSync('keytool', ['-genkeypair', '-storetype', 'PKCS12', ...store, ...subject], { stdio: 'ignore' });
    execFileSync('keytool', ['-exportcert', '-rfc', ...store, '-file', authority], { stdio: 'ignore' });
    const [port = 0] = await freePorts(1);
    const keys = ['type=PKCS12', `location=${join(folder, 'broker.p12')}`, 'password=changeit'];
    const properties = [...loginProperties, ...keys.map((line) => `listener.name.extra.ssl.keystore.${line}`)];
    broker = await startKafka({ listener: { port, protocol: 'SASL_SSL', properties, format: scramUsers } });
    secure = `127.0.0.1:${port}`;
    topic = await makeTopic(broker.address);
  });
  afterAll(async () => {
    await broker?.close();
    await rm(folder, { recursive: true, force: true });
  });

  test.each(['plain', 'scram-sha-256', 'scram-sha-512'])('opens with %s', async (mechanism) => {
    const env = { KAFKA_TLS: 'true', KAFKA_TLS_CA_FILE: authority, KAFKA_SASL_MECHANISM: mechanism, ...LOGIN };
    const log = await openKafkaLogForTest(kafkaConfig(secure, env), topic);
    expect(await log.append(topic.name, 0, [Buffer.from('a')])).toBeGreaterThanOrEqual(0);
  });

  test.each(['plain', 'scram-sha-512'])('stops the start when the password is wrong (%s)', async (mechanism) => {
    const login = { ...LOGIN, KAFKA_SASL_PASSWORD: 'wrong', KAFKA_SASL_MECHANISM: mechanism };
    const env = { KAFKA_TLS: 'true', KAFKA_TLS_CA_FILE: authority, ...login };
    await expect(openKafkaLog(kafkaConfig(secure, env), topic)).rejects.toThrow(StartError);
  });

  test('stops the start when the file of the authority can not be read', async () => {
    const env = { KAFKA_TLS: 'true', KAFKA_TLS_CA_FILE: '/nowhere.pem' };
    await expect(openKafkaLog(kafkaConfig(secure, env), topic)).rejects.toThrow(
      "KAFKA_TLS_CA_FILE /nowhere.pem can't be read",
    );
  });
});
