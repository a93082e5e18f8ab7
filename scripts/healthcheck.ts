/** For a container's health check: does the process in it answer? Which it is, it is told by TILLWAY_HEALTH_URL. */
const url = process.env.TILLWAY_HEALTH_URL ?? 'http://127.0.0.1:8080/readyz'

const isWell = await fetch(url, { signal: AbortSignal.timeout(4_000) }).then(
  ({ ok }) => ok,
  () => false,
)
process.exit(isWell ? 0 : 1)
