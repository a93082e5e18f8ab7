/** For tests of models: an artifact as it comes out after its way, signed, as text, and opened again. */
import { generateKeyPairSync } from 'node:crypto'
import type { z } from 'zod'
import { keyIdOf, openArtifact, signArtifact } from './artifact.ts'

interface Signable<Parameters extends z.ZodType, Artifact extends z.ZodType> {
  readonly name: string
  readonly parameters: Parameters
  readonly artifact: Artifact
}

export function signedAndOpened<Parameters extends z.ZodType, Artifact extends z.ZodType>(
  model: Signable<Parameters, Artifact>,
  parameters: z.output<Parameters>,
  artifact: z.output<Artifact>,
): z.output<Artifact> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const trainedOn = { source: 'test', through: '2026-02-28T00:00:00.000Z', rowsCount: 1 }
  const content = { createdAt: '2026-03-01T00:00:00.000Z', trainedOn, parameters, artifact }
  const text = JSON.stringify(signArtifact(model, content, privateKey))
  return openArtifact(JSON.parse(text), new Map([[keyIdOf(publicKey), publicKey]]), model).artifact
}
