import type { RequestRow } from './move.server'
import type { RequestSealer } from './sealed.server'

/** What a request holds of a person, in plain text. The requester's name, address and number; the subject's where another. */
export type Personal = {
  name: string | null
  email: string | null
  phone: string | null
  customerNumber: string | null
  details: string | null
  reason: string | null
  subjectName: string | null
  postalAddress: string | null
}

export type SealedColumns = Pick<
  RequestRow,
  | 'nameSealed'
  | 'emailSealed'
  | 'phoneSealed'
  | 'customerNumberSealed'
  | 'detailsSealed'
  | 'reasonSealed'
  | 'subjectNameSealed'
  | 'postalAddressSealed'
>

/** The sealed columns of a new request. */
export function sealPersonal(sealer: RequestSealer, personal: Partial<Personal>): SealedColumns {
  return {
    nameSealed: sealer.sealOptional('request.name', personal.name),
    emailSealed: sealer.sealOptional('request.email', personal.email),
    phoneSealed: sealer.sealOptional('request.phone', personal.phone),
    customerNumberSealed: sealer.sealOptional('request.customer_number', personal.customerNumber),
    detailsSealed: sealer.sealOptional('request.details', personal.details),
    reasonSealed: sealer.sealOptional('request.reason', personal.reason),
    subjectNameSealed: sealer.sealOptional('request.subject_name', personal.subjectName),
    postalAddressSealed: sealer.sealOptional('request.postal_address', personal.postalAddress),
  }
}

/** Opens the sealed columns of a request. Without a sealer (the case is purged) everything is null. */
export function openPersonal(sealer: RequestSealer | null | undefined, row: SealedColumns): Personal {
  const open = (place: string, sealed: Uint8Array | null) => sealer?.openOptional(place, sealed) ?? null
  return {
    name: open('request.name', row.nameSealed),
    email: open('request.email', row.emailSealed),
    phone: open('request.phone', row.phoneSealed),
    customerNumber: open('request.customer_number', row.customerNumberSealed),
    details: open('request.details', row.detailsSealed),
    reason: open('request.reason', row.reasonSealed),
    subjectName: open('request.subject_name', row.subjectNameSealed),
    postalAddress: open('request.postal_address', row.postalAddressSealed),
  }
}
