import type { Category, LegalBasis } from './data-map'

type Texts = Readonly<Record<'nl' | 'en', string>>

/** What this program itself does with personal data, as the register says it as long as nobody worded it otherwise. */
export type OwnActivity = {
  key: string
  name: Texts
  purpose: Texts
  legalBases: readonly LegalBasis[]
  categories: readonly Category[]
  terms: Texts
}

export const ownActivities: readonly OwnActivity[] = [
  {
    key: 'privacy-requests',
    name: { nl: 'Privacyverzoeken behandelen', en: 'Handling privacy requests' },
    purpose: {
      nl: 'Verzoeken van betrokkenen ontvangen, nagaan wie zij zijn, uitvoeren en beantwoorden (AVG artikel 12 tot en met 22).',
      en: 'Receiving requests of data subjects, finding out who they are, carrying them out and answering them (GDPR articles 12 to 22).',
    },
    legalBases: ['legal_obligation'],
    categories: ['identity', 'contact', 'content'],
    terms: {
      nl: 'Tot de eigen bewaartermijn na het afsluiten voorbij is; dan wordt de sleutel van het verzoek vernietigd.',
      en: 'Until the own term after closing is over; then the key of the request is destroyed.',
    },
  },
  {
    key: 'privacy-mail',
    name: { nl: 'Mails en brieven over privacyverzoeken', en: 'Mails and letters about privacy requests' },
    purpose: {
      nl: 'Ontvangst bevestigen, vragen stellen en antwoorden sturen.',
      en: 'Confirming receipt, asking questions and sending answers.',
    },
    legalBases: ['legal_obligation'],
    categories: ['contact', 'content'],
    terms: {
      nl: 'Adres en inhoud worden gewist zodra de ontvangende server de mail heeft aangenomen.',
      en: 'Address and contents are erased as soon as the receiving server has accepted the mail.',
    },
  },
  {
    key: 'privacy-evidence',
    name: { nl: 'Bewijs van de afhandeling', en: 'Evidence of how requests were handled' },
    purpose: {
      nl: 'Kunnen aantonen wat er gevraagd is en wat er gedaan is (AVG artikel 5 lid 2).',
      en: 'Being able to show what was asked and what was done (GDPR article 5(2)).',
    },
    legalBases: ['legal_obligation'],
    categories: ['technical'],
    terms: {
      nl: 'Blijvend; het bevat kenmerken, tijden en aantallen, geen gegevens van de betrokkene zelf.',
      en: 'For good; it holds references, times and counts, no data of the data subject.',
    },
  },
  {
    key: 'privacy-accounts',
    name: { nl: 'Accounts van medewerkers van de privacybalie', en: 'Accounts of staff of the privacy desk' },
    purpose: {
      nl: 'Medewerkers toelaten en vastleggen wie wat deed.',
      en: 'Letting staff in, and recording who did what.',
    },
    legalBases: ['legitimate_interests'],
    categories: ['identity', 'contact', 'technical', 'secret'],
    terms: {
      nl: 'Zolang de medewerker aan de balie werkt; sessies en herstellinks verlopen vanzelf.',
      en: 'As long as the member of staff works at the desk; sessions and links end by themselves.',
    },
  },
]
