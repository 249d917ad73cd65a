import type { Category } from '../data-map'

/** What a column holds, told from its name in Dutch, English, German and French and the habits of common CRMs. */
export type Meaning =
  | 'first_name'
  | 'middle_name'
  | 'last_name'
  | 'full_name'
  | 'initials'
  | 'email'
  | 'phone'
  | 'customer_number'
  | 'birth_date'
  | 'gender'
  | 'postcode'
  | 'street'
  | 'house_number'
  | 'city'
  | 'location'
  | 'iban'
  | 'card'
  | 'tax_number'
  | 'national_number'
  | 'password'
  | 'user_name'
  | 'ip_address'
  | 'device'
  | 'website'
  | 'free_text'
  | 'subject_line'
  | 'address_list'
  | 'file'
  | 'photo'
  | 'health'
  | 'criminal'
  | 'salutation'
  | 'job'
  | 'profile'

export const CATEGORY_OF: Readonly<Record<Meaning, Category>> = {
  first_name: 'identity',
  middle_name: 'identity',
  last_name: 'identity',
  full_name: 'identity',
  initials: 'identity',
  email: 'contact',
  phone: 'contact',
  customer_number: 'identity',
  birth_date: 'identity',
  gender: 'identity',
  postcode: 'contact',
  street: 'contact',
  house_number: 'contact',
  city: 'contact',
  location: 'location',
  iban: 'financial',
  card: 'financial',
  tax_number: 'financial',
  national_number: 'national_number',
  password: 'secret',
  user_name: 'identity',
  ip_address: 'technical',
  device: 'technical',
  website: 'contact',
  free_text: 'content',
  subject_line: 'content',
  address_list: 'contact',
  file: 'content',
  photo: 'content',
  health: 'special_category',
  criminal: 'criminal',
  salutation: 'identity',
  job: 'profile',
  profile: 'profile',
}

/** Names are compared in lower case with words joined by `_` (camelCase and spaces cut). The first that fits counts. */
export const PATTERNS: readonly (readonly [RegExp, Meaning])[] = [
  [
    /(^|_)(password|passwort|wachtwoord|mot_de_passe|passwd|pwd|user_hash|pass_hash|password_hash|crypted|activation_key|confirm_key|api_key|secret|token|access_key|otp|totp)(_|$)/,
    'password',
  ],
  [
    /(^|_)(bsn|burgerservicenummer|sofinummer|ssn|social_security|national_id|nin|steuer_id|numero_securite_sociale|nir|insz|rijksregisternummer|passport|paspoort|legal_identifier)(_|$)/,
    'national_number',
  ],
  [/(^|_)(iban|bank_account|account_number|rekeningnummer|bankrekening|kontonummer|bic|acc_number|rib)(_|$)/, 'iban'],
  [/(^|_)(credit_?card|card_?number|cc_number|creditcard|pan_truncation)(_|$)/, 'card'],
  [/(^|_)(vat|btw|tva|ust|vat_number|btw_nummer|tax_id|tax_number|siret|siren|kvk)(_|$)/, 'tax_number'],
  [
    /(^|_)(diagnos\w*|medical|medisch|health|gezondheid|gesundheit|sante|allerg\w*|disability|religion|religie|ethnicity|union_membership)(_|$)/,
    'health',
  ],
  [/(^|_)(criminal|conviction|strafblad|veroordeling)(_|$)/, 'criminal'],
  [
    /^(to|cc|bcc|from|reply_to)_(addrs?|emails?|addresses)(_list|_names)?$|^(saved)?to_?id$|^(from|cc|bcc)_email$|^(recipients?|email_(from|to|cc))$|^reply_to_email$|^(from|reply_to|reply_from|to|cc|bcc|sender|bounce|return)_(string|address(es)?)$|^address_name_map$/,
    'address_list',
  ],
  [
    /e_?mail(_?(address|adresse?|addr))?(_?\d|_(home|work|private|personal|normali[sz]ed|canonical|primary|secondary|lower|caps))*$|(^|_)(mailadres|courriel|mail_address|email_id)$|(^|_)(primary_|secondary_|work_)?mail$|(^|_)emails$/,
    'email',
  ],
  [
    /phone\d?$|(^|_)(phone\w*|telefoon\w*|telefon\w*|telephone\w*|tel|tel_?nr|mobile\w*|mobiel\w*|mobil|handy|portable|gsm|fax|cellphone|cell_phone|contact_?numbers?|whats_?app|msisdn)(_|$)/,
    'phone',
  ],
  [
    /(^|_)(birth_?date|birth_?day|date_of_birth|dob|geboortedatum|geb_?datum|geboren|geburtsdatum|geburtstag|date_(de_)?naissance|born(_on)?|birthdate)(_|$)/,
    'birth_date',
  ],
  [/(^|_)(gender|geslacht|geschlecht|sexe?)(_id)?$/, 'gender'],
  [
    /(^|_)(customer_(number|no|nr|code)|client_(number|no|nr|code)|(code|numero|nr|no)_(client|klant|customer)|klant_?(nummer|nr|code)|kunden_?(nummer|nr)|numero_client|debiteur_?(nummer|nr)|relatie_?(nummer|nr)|external_identifier|contact_no|member_(number|no)|lidnummer)$/,
    'customer_number',
  ],
  [/^(number|customer_ref)$/, 'customer_number'],
  [
    /(^|_)(first_?name|fname|given_?name|voornaam|vorname|prenom|firstname|roepnaam|name_first_name)(_|$)/,
    'first_name',
  ],
  [/(^|_)(middle_?name|tussenvoegsel|infix|prefix_name|voorvoegsel|zweiter_name)(_|$)/, 'middle_name'],
  [
    /(^|_)(last_?name|lname|surname|family_?name|achternaam|nachname|familienname|nom(_de_famille)?|lastname|sur_name|geslachtsnaam|real_?name)(_|$)/,
    'last_name',
  ],
  [
    /(^|_)(full_?name|(naam|name|nom)_(op|van|on|of|auf|sur|du|de)_\w+|comment_author|poster|card_?holder(_name)?|holder_name|client_name|sender_name|author_name|display_?name|sort_?name|complete_?name|volledige_naam|naam|(klant|contact|factuur|ontvanger|relatie|patient|leden|lid)_?naam|contact_name|customer_name|billing_name|shipping_name|lead_name|person_name|recipient_name|(acc|account)_holder(_name)?|party_name|pay_to_name|common_name|signed_by|signatory|nick_?name|maiden_name|legal_name|partner_name|commercial_partner_name|addressee_display|(postal|email)_greeting_(display|custom))$/,
    'full_name',
  ],
  [/(^|_)(initials|voorletters|initialen|initiales)(_|$)/, 'initials'],
  [/(^|_)(salutation|aanhef|anrede|civilite|titel|formal_title)(_|$)/, 'salutation'],
  [/(^|_)(user_?name|login|gebruikersnaam|benutzername|identifiant|screen_name|nice_?name)$/, 'user_name'],
  [/(^|_)(ip|ip_?addr\w*|remote_addr(ess)?|user_ip|client_ip)(_|$)/, 'ip_address'],
  [/(^|_)(user_agent|device_id|browser|fingerprint|mac_address)(_|$)/, 'device'],
  [/^(bill|ship|billing|shipping|mailing|other|lead|home|work)_code$/, 'postcode'],
  [/(^|_)(zip|zip_?code|postcode|postal_?code|plz|postleitzahl|code_postal|pincode|pc6)(_|$)/, 'postcode'],
  [
    /(^|_)(house_?(number|no|nr)|huis_?(nummer|nr)|hausnummer|huisnummer_toevoeging|street_number)(_|$)/,
    'house_number',
  ],
  [
    /(^|_)(street\w*|straat\w*|strasse|rue|adres|address(_?line)?_?\d?|adres\w*|adresse|addr\d?|address_street\d?|po_?box|postbus|supplemental_address_\d|lane)$/,
    'street',
  ],
  [/(^|_)(city|plaats|woonplaats|ort|stadt|ville|town)(_|$)/, 'city'],
  [/(^|_)(latitude|longitude|lat|lng|lon|geo_code_\d|geo_location)(_|$)/, 'location'],
  [/(^|_)(website|twitter\w*|linkedin\w*|facebook\w*|skype\w*|instagram\w*)(_|$)/, 'website'],
  [/(^|_)(avatar\w*|photo|foto|picture|image(_url|_\d+)?|image_u_r_l|image_?name|signature)$/, 'photo'],
  [
    /(^|_)(file_?name|filename|bestand(snaam)?|file_path|store_fname|attachment|dateiname|file_url|storage_path)$/,
    'file',
  ],
  [/(^|_)(job_?title|function|functie|beruf|poste|occupation|profession|department|afdeling)$/, 'job'],
  [/(^|_)(subject|onderwerp|betreff|objet)$/, 'subject_line'],
  // What a log calls the row that it speaks of.
  [/(^|_)(item|record|object|entity|row)_(summary|repr|title|name|display)$/, 'subject_line'],
  [/^(assistant|emergency_contact|spouse|partner|guardian)(_name)?$/, 'full_name'],
  [
    /(^|_)(notes?|notities?|opmerking(en)?|remarks?|comments?|commentaar|commentcontent|bemerkung(en)?|description(_html)?|omschrijving|beschreibung|body(_html|_text|_plain|_stripped|_raw)?|raw_source|(note|comment|message|mail|post)_?(content|text|body)|work_log|resolution|solution|message|bericht|nachricht|content|memo|details|free_text|background(_info)?|bio|intro|biograph(y|ie)|toelichting|remarques?|feedback(_message)?|transcript|question|answer|tekst|inhoud|aantekening(en)?|verslag|klacht|vraag|antwoord|inhalt|notiz(en)?|anmerkung(en)?|kommentare?|vermerk|contenu|texte|commentaires?)$|^text$|_(markdown|blocknote|plain_text)$/,
    'free_text',
  ],
  [/(^|_)(preferences|voorkeuren|interests|interesses|segment\w*|score|persona)(_|$)/, 'profile'],
]

/** Beginnings of names that say that the column is about somebody else than the row's person. */
export const THIRD_PERSON =
  /(^|_)(assigned\w*|assistant|emergency|partner|spouse|noodcontact|contactpersoon|ehepartner|conjoint|guardian|parent|child|referr\w*|reports_to|manager|secretary|assistent)(_|$)/

/** Tables of people, by name (singular or plural, with prefixes of the application). */
export const PERSON_TABLES =
  /(^|_|tab)(customers?|klant(en)?|kunden?|clients?|contacts?|contact_?details|contactpersonen|personen|persons?|\w*people|adherents?|leads?|lead_?details|prospects?|members?|leden|mitglieder|membres|patients?|students?|donors?|subscribers?|abonnees?|res_partner|partners?|part(?:y|ies)|relaties?|deelnemers?|candidates?|guests?|applicants?|users?|gebruikers?|benutzer|debiteuren)$/i

/** Tables that hold no persons, whatever their columns are called. */
export const SETTINGS_TABLES =
  /(^|_)(migrations?|schema_\w+|settings?|config\w*|options?|currencies|currency|countries|country|states?|languages?|translations?|locales?|permissions?|roles?|acl\w*|products?|artikelen|categor(y|ies)|tax(es)?|units?|warehouses?|cache|sequences?|fields?_meta\w*|modules?|plugins?|templates?|workflow\w*|cron\w*|jobs?|queues?|ir_\w+)(_|$)/i

/** Soft-delete columns and the value that marks a deleted row. */
export const SOFT_DELETED: readonly (readonly [RegExp, 'flag' | 'moment' | 'inverse'])[] = [
  [/^(is_)?(deleted|verwijderd|geloescht|supprime|trashed|removed)$/, 'flag'],
  [/^(deleted_at|deleted_on|date_deleted|verwijderd_op|trashed_at|removed_at)$/, 'moment'],
]

/** Tables of old values: audit logs, versions, stores of deleted documents. */
export const HISTORY_TABLES =
  /(_audit|_history|_historie|_versions?|_log|_logs|_revisions?|_tracking_value)$|^(log_|audit_|versions?$|history_)|^tab(Version|Deleted Document)$|^vtiger_modtracker_(basic|detail)$/i
