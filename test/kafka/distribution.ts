/** Apache Kafka's own programs, fetched from the Maven repository by `mvn` into a folder of jars. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const kafkaVersion = '4.4.0'
/** Binds the logging interface that Kafka's programs write to; of the version that they bring along. */
const log4jVersion = '2.25.5'
const mvnMsMax = 600_000

export const defaultFolder = fileURLToPath(new URL('../../.tillway/kafka/', import.meta.url))

const advice = `Apache Kafka runs on Java 17 or newer and is fetched by Maven: install both (Debian and
Ubuntu: apt-get install openjdk-17-jre-headless maven), or set KAFKA_BROKERS=host:port to use a
cluster that is there.`

/** @returns the class path. @throws Error that says what to install */
export function obtainKafka(folder = defaultFolder): string {
  const jars = resolve(folder, `lib-${kafkaVersion}`)
  if (!runs('java', '-version')) throw new Error(advice)
  if (!existsSync(jars)) fetchInto(folder, jars)
  return join(jars, '*')
}

function runs(program: string, argument: string): boolean {
  return spawnSync(program, [argument], { stdio: 'ignore', timeout: 30_000 }).status === 0
}

function fetchInto(folder: string, jars: string): void {
  if (!runs('mvn', '-version')) throw new Error(advice)
  // Complete or not there: what was fetched in part has another name.
  const partial = `${jars}.${process.pid}`
  mkdirSync(partial, { recursive: true })
  const pom = join(partial, 'pom.xml')
  writeFileSync(pom, pomText())
  const mvn = spawnSync(
    'mvn',
    ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${partial}`],
    { cwd: folder, encoding: 'utf8', timeout: mvnMsMax },
  )
  if (mvn.status !== 0) {
    rmSync(partial, { recursive: true, force: true })
    const says = `${mvn.stdout}${mvn.stderr}`.trim().split('\n').slice(-5).join('\n')
    throw new Error(`Maven could not fetch Kafka ${kafkaVersion}.\n${says}\n${advice}`)
  }
  try {
    renameSync(partial, jars)
  } catch (error) {
    rmSync(partial, { recursive: true, force: true })
    // Another process was first.
    if (!existsSync(jars)) throw error
  }
}

function pomText(): string {
  const dependencies = [
    ['org.apache.kafka', 'kafka_2.13', kafkaVersion],
    ['org.apache.kafka', 'kafka-tools', kafkaVersion],
    ['org.apache.logging.log4j', 'log4j-slf4j-impl', log4jVersion],
  ].map(
    ([group, artifact, version]) =>
      `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId>` +
      `<version>${version}</version><scope>runtime</scope></dependency>`,
  )
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
<modelVersion>4.0.0</modelVersion>
<groupId>tillway</groupId><artifactId>kafka</artifactId><version>1</version>
<packaging>pom</packaging>
<dependencies>${dependencies.join('\n')}</dependencies>
</project>
`
}
