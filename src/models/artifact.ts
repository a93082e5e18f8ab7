/** A fitted model on its way: canonical JSON under an Ed25519 signature that an agent can verify. */
import { createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto'
import { z } from 'zod'
import { Fault } from '../base/fault.ts'
import { canonicalJson } from '../base/json.ts'
import { parse } from '../base/parse.ts'
import { Instant } from '../base/time.ts'

/** Which data the artifact has seen: nothing later than `through`. */
export const DataWatermark = z.strictObject({
  source: z.string().min(1).max(200),
  through: Instant,
  rowsCount: z.int().nonnegative(),
})
export type DataWatermark = z.infer<typeof DataWatermark>

export const ArtifactEnvelope = z.strictObject({
  /** `id@version` */
  model: z.string().min(1).max(200),
  createdAt: Instant,
  trainedOn: DataWatermark,
  parameters: z.json(),
  artifact: z.json(),
  keyId: z.string().regex(/^[0-9a-f]{32}$/),
  /** Ed25519 over all the rest, base64 in its one spelling: bits left over at its end are zero. */
  signature: z.string().regex(/^[A-Za-z0-9+/]{85}[AQgw]==$/),
})
export type ArtifactEnvelope = z.infer<typeof ArtifactEnvelope>

/** What of a model the envelope needs: see `defineModel`. */
interface Named<Parameters extends z.ZodType, Artifact extends z.ZodType> {
  readonly name: string
  readonly parameters: Parameters
  readonly artifact: Artifact
}

interface Content<Parameters, Artifact> {
  readonly createdAt: Instant
  readonly trainedOn: DataWatermark
  readonly parameters: Parameters
  readonly artifact: Artifact
}

/** @throws Fault model_parameters_malformed | artifact_malformed */
export function signArtifact<Parameters extends z.ZodType, Artifact extends z.ZodType>(
  model: Named<Parameters, Artifact>,
  content: Content<z.output<Parameters>, z.output<Artifact>>,
  privateKey: KeyObject,
): ArtifactEnvelope {
  const { createdAt, trainedOn, parameters, artifact } = content
  const unsigned = {
    model: model.name,
    createdAt,
    trainedOn,
    parameters: encode(model.parameters, parameters, 'model_parameters_malformed'),
    artifact: encode(model.artifact, artifact, 'artifact_malformed'),
    keyId: keyIdOf(createPublicKey(privateKey)),
  }
  const signature = sign(null, signedBytes(unsigned), privateKey).toString('base64')
  return parse(ArtifactEnvelope, { ...unsigned, signature }, 'artifact_malformed')
}

/**
 * Nothing of the artifact is looked at before its signature holds.
 * @param trustedKeys public keys by `keyIdOf`
 * @throws Fault artifact_malformed | artifact_key_unknown | artifact_signature_wrong |
 *   artifact_of_other_model | model_parameters_malformed
 */
export function openArtifact<Parameters extends z.ZodType, Artifact extends z.ZodType>(
  envelope: unknown,
  trustedKeys: ReadonlyMap<string, KeyObject>,
  model: Named<Parameters, Artifact>,
): Content<z.output<Parameters>, z.output<Artifact>> {
  const { signature, ...unsigned } = parse(ArtifactEnvelope, envelope, 'artifact_malformed')
  const key = trustedKeys.get(unsigned.keyId)
  if (key === undefined) throw new Fault('artifact_key_unknown', { field: 'keyId' })
  if (!verify(null, signedBytes(unsigned), key, Buffer.from(signature, 'base64')))
    throw new Fault('artifact_signature_wrong', { field: 'signature' })
  if (unsigned.model !== model.name)
    throw new Fault('artifact_of_other_model', { field: 'model', expected: model.name })
  return {
    createdAt: unsigned.createdAt,
    trainedOn: unsigned.trainedOn,
    parameters: parse(model.parameters, unsigned.parameters, 'model_parameters_malformed'),
    artifact: parse(model.artifact, unsigned.artifact, 'artifact_malformed'),
  }
}

/** The same key has the same id everywhere: 128 bits of its hash. */
export function keyIdOf(publicKey: KeyObject): string {
  return hash('sha256', publicKey.export({ type: 'spki', format: 'der' }), 'hex').slice(0, 32)
}

/** The first line keeps a signature over something else from standing for an artifact. */
function signedBytes(unsigned: Omit<ArtifactEnvelope, 'signature'>): Buffer {
  return Buffer.from(`tillway model artifact 1\n${canonicalJson(unsigned)}`)
}

function encode(
  schema: z.ZodType,
  value: unknown,
  code: 'model_parameters_malformed' | 'artifact_malformed',
): z.core.util.JSONType {
  const result = z.safeEncode(schema, value as never)
  // JSON has no NaN: what would come out as null must not be signed.
  const encoded = z.json().safeParse(result.success ? result.data : undefined)
  if (result.success && encoded.success) return encoded.data
  const issue = (result.error ?? encoded.error)?.issues[0]
  throw new Fault(code, {
    field: issue?.path.map(String).join('.') || '(whole)',
    expected: issue?.message ?? 'valid',
  })
}
