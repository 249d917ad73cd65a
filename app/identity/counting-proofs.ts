import type { Proof, ProvenIdentifier } from './proof.server'

const provable: readonly ProvenIdentifier[] = ['email', 'phone', 'customerNumber']

/**
 * The proofs that count for the subject of a request. Whoever files for another proves themselves only by code or log-in:
 * somebody has to have looked at it.
 */
export function countingProofs<P extends Pick<Proof, 'method'>>(filedBy: string, proofs: readonly P[]): P[] {
  return filedBy === 'self' ? [...proofs] : proofs.filter(({ method }) => method === 'verified_elsewhere')
}

/** The kinds of identifiers that these proofs prove. */
export function provenBy(proofs: readonly Pick<Proof, 'proves'>[]): ProvenIdentifier[] {
  return provable.filter((kind) => proofs.some(({ proves }) => proves.includes(kind)))
}
