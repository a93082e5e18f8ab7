/** What can be checked of a deployment without a container engine: `npm run check:deploy`. */
import { checkImage } from './deploy/image-tree.ts'
import { checkChart, checkCompose, checkDockerfile } from './deploy/manifests.ts'
import { findTools } from './deploy/tools.ts'

const say = (line: string) => process.stdout.write(`${line}\n`)

async function timed<Result>(name: string, check: () => Result | Promise<Result>): Promise<Result> {
  const beganAt = performance.now()
  const result = await check()
  say(`${name.padEnd(60)} ${((performance.now() - beganAt) / 1000).toFixed(1)} s`)
  return result
}

try {
  const tools = await timed('tools at hand', findTools)
  await timed('Dockerfile: hadolint', () => checkDockerfile(tools))
  await timed('compose.yaml: loaded as `docker compose config` does', () => checkCompose(tools))
  await timed('chart: lint, rendered, strict against Kubernetes', () => checkChart(tools))
  await timed('image: laid out, run by its user, healthy', () =>
    checkImage((line) => say(`  ${line}`)),
  )
} catch (error) {
  const { message, cause } = error as Error
  process.stderr.write(`${message}\n${cause instanceof Error ? `${cause.message}\n` : ''}`)
  process.exit(1)
}
