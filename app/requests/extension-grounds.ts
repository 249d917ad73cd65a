/** GDPR art. 12(3): the complexity of the request, or the number of this person's requests. Nothing else. */
export const extensionGrounds = ['complexity', 'number'] as const

const people =
  '(?:staff|personnel|people|employees|colleagues|capacity|hands|personeel|mensen|medewerkers|collega.?s|capaciteit|handen|menskracht|mankracht)'

/** How a desk says, in Dutch or English, that it has too few people or is away: nothing that the person asking can help. */
const ownTrouble = [
  `\\b(?:lack|shortage|absence) of ${people}`,
  `\\b(?:too few|not enough|insufficient|fewer) ${people}`,
  `${people} (?:shortages?|is short|are short|is away|are away|is ill|are ill|is sick|are sick|on leave)`,
  '\\b(?:short|under)[- ]?staff(?:ed|ing)\\b',
  '\\b(?:sick|annual|maternity|parental) leave\\b',
  '\\b(?:holidays?|vacations?)\\b',
  '\\bwork ?load\\b|\\b(?:too|very) busy\\b|\\bbusy (?:period|time)\\b|\\bbacklog\\b',
  `\\b(?:gebrek|tekort) aan ${people}`,
  `\\b(?:weinig|minder|onvoldoende|niet genoeg|geen) ${people}`,
  '\\bpersoneels?(?:tekort|gebrek|krapte|problemen)',
  '\\bonderbe(?:zet|zetting|mand|manning)\\b|\\bkrappe bezetting\\b',
  '\\b(?:zomer|herfst|kerst|voorjaars|mei|bouw)?vakanties?(?:periode|tijd|dagen)?\\b',
  '\\bfeestdag(?:en)?\\b|\\bkerstdagen\\b|\\bvrije dagen\\b',
  '\\bziekteverzuim\\b|\\bmet verlof\\b|\\bop verlof\\b|\\bzieke collega|\\b(?:is|zijn|door) ziekte?\\b',
  '\\bwerkdruk\\b|\\b(?:te|erg|heel) druk\\b|\\bdrukte\\b|\\bachterstand(?:en)?\\b',
].map((pattern) => new RegExp(pattern, 'iu'))

/** Whether reasons for an extension speak of the organisation's own trouble, which is no ground. */
export function namesOwnTrouble(reasons: string): boolean {
  const plain = reasons.normalize('NFKC').replace(/\s+/gu, ' ')
  return ownTrouble.some((pattern) => pattern.test(plain))
}
