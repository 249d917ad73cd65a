/** Words of which the demo's people, places and things are made. */

export const firstNames = (
  'Emma Julia Mila Sophie Olivia Tess Saar Eva Anna Noor Lotte Fenna Femke Marieke Ingrid Petra Wilma Truus Hanneke Annelies ' +
  'Fatima Yasmina Aylin Priya Mei Zoë Chloë Renée Daniëlle Loïs Noah Liam Lucas Daan Sem Finn Milan Bram Thijs Jesse ' +
  'Joost Pieter Willem Henk Kees Jan Gerrit Sjoerd Wouter Maarten Mohamed Youssef Emre Ravi Wei André Jérôme René Ruben Stijn'
).split(' ')

export const lastNames: readonly (readonly [prefix: string | null, name: string])[] = [
  ...(
    'Jansen Bakker Visser Smit Meijer Mulder Bos Vos Peters Hendriks Dekker Brouwer Dijkstra Smits Kok Jacobs Vermeulen Kuiper ' +
    'Postma Hoekstra Koster Willems Evers Schouten Yılmaz Kaya Hassan Müller Özdemir Groen Wiersma Huisman Bosch Prins Kramer ' +
    'Scholten Veenstra Molenaar Maas Timmermans'
  )
    .split(' ')
    .map((name) => [null, name] as const),
  ...(['de Jong', 'de Boer', 'de Wit', 'de Graaf', 'de Lange', 'de Haan', 'el Idrissi', 'den Hartog'] as const).map(
    split,
  ),
  ...(
    ['van Dijk', 'van Leeuwen', 'van Dam', 'van Beek', 'van Vliet', 'van Loon', 'ter Horst', 'te Velde'] as const
  ).map(split),
  ...(['van den Berg', 'van der Meer', 'van der Linden', 'van de Ven', 'van den Heuvel', "van 't Hof"] as const).map(
    split,
  ),
]

function split(name: string): readonly [string, string] {
  const at = name.lastIndexOf(' ')
  return [name.slice(0, at), name.slice(at + 1)]
}

/** City, the first and last number of its postcodes, area code. */
export const cities: readonly (readonly [city: string, low: number, high: number, area: string])[] = [
  ['Amsterdam', 1011, 1098, '020'],
  ['Haarlem', 2011, 2037, '023'],
  ['Leiden', 2311, 2334, '071'],
  ['Den Haag', 2511, 2597, '070'],
  ['Delft', 2611, 2629, '015'],
  ['Rotterdam', 3011, 3089, '010'],
  ['Utrecht', 3511, 3585, '030'],
  ['Amersfoort', 3811, 3829, '033'],
  ['Breda', 4811, 4839, '076'],
  ['Eindhoven', 5611, 5658, '040'],
  ['Nijmegen', 6511, 6546, '024'],
  ['Arnhem', 6811, 6846, '026'],
  ['Enschede', 7511, 7548, '053'],
  ['Zwolle', 8011, 8043, '038'],
  ['Leeuwarden', 8911, 8941, '058'],
  ['Groningen', 9711, 9747, '050'],
]

export const streets = (
  'Dorpsstraat Kerkstraat Molenweg Stationsstraat Beukenlaan Eikenlaan Kastanjelaan Lindelaan Wilhelminastraat Julianalaan ' +
  'Havenstraat Kanaalweg Marktstraat Nieuwstraat Oosterstraat Parklaan Schoolstraat Singel Torenstraat Vondelstraat Zuiderweg'
).split(' ')

export const products: readonly (readonly [code: string, name: string, price: number])[] = [
  ['FIE-STAD-3', 'Stadsfiets Gracht 3', 649],
  ['FIE-STAD-7', 'Stadsfiets Gracht 7', 849],
  ['FIE-OMA', 'Omafiets Tulp', 499],
  ['FIE-EL-1', 'E-bike Polder', 2399],
  ['FIE-EL-2', 'E-bike Duin', 2899],
  ['FIE-BAK', 'Bakfiets Familie', 3499],
  ['FIE-KIND', 'Kinderfiets Kikker', 229],
  ['FIE-RACE', 'Racefiets Elfsteden', 1799],
  ['ACC-SLOT', 'Kettingslot ART 2', 64.95],
  ['ACC-LAMP', 'Lampenset USB', 34.5],
  ['ACC-TAS', 'Dubbele fietstas', 59.95],
  ['ACC-ZIT', 'Kinderzitje achter', 89],
  ['ACC-HELM', 'Helm maat M', 49.95],
  ['OND-BAND', 'Buitenband 28 inch', 27.5],
  ['OND-KET', 'Ketting 7 versnellingen', 22.5],
  ['DNS-BEURT', 'Onderhoudsbeurt', 79],
]

export const bicycles = products.filter(([code]) => code.startsWith('FIE-'))

/** Subject and text of a repair; {name}, {mobile}, {email} are filled in. */
export const repairs: readonly (readonly [subject: string, text: string])[] = [
  [
    'Ketting loopt van het tandwiel',
    'De ketting van {name} loopt er in de derde versnelling steeds af. Graag bellen op {mobile}.',
  ],
  ['Remmen piepen', 'Voorrem piept bij regen. Fiets wordt gebracht door {name}, ophalen na 17 uur.'],
  ['Accu laadt niet op', 'Accu blijft op 40 % staan. Klant mailde vanaf {email} met een foto van de lader.'],
  ['Lekke band', 'Achterband lek, buitenband versleten. Mag vervangen worden, kosten overlegd.'],
  ['Garantie op het frame', 'Scheurtje bij de trapas. {name} wil weten of dit onder de garantie valt.'],
  ['Wiel aanlopen', 'Achterwiel loopt aan na een val. Contact via {mobile} of {email}.'],
  ['Jaarlijkse beurt', 'Grote beurt voor de zomer, ook de verlichting nakijken.'],
]

export const questions = [
  'Beste De Spaak, kunt u zeggen wanneer mijn fiets klaar is? U kunt mij bellen op {mobile}. Groet, {name}',
  'Goedemorgen, ik heb nog geen bericht gehad. Mijn adres is {email}. Met vriendelijke groet, {name}',
  'Dank u wel, ik kom zaterdag langs.',
  'Mijn partner haalt de fiets op, is dat goed? Groetjes {name}',
]

export const answers = [
  'Beste {name}, de fiets staat klaar in de winkel. Tot snel!',
  'Goedemiddag {name}, het onderdeel is besteld en komt donderdag binnen.',
  'Hallo, wij hebben u gebeld op {mobile} maar kregen geen gehoor.',
]

export const calls = [
  'Gebeld over levertijd, klant is akkoord.',
  'Klant was in de winkel voor een proefrit.',
  '{name} belt terug over de offerte.',
  'Mail gestuurd naar {email} met de openingstijden.',
  'Vraag over leasefiets via de werkgever.',
]

export const customerNotes = [
  'Rijdt dagelijks naar het werk, let op de banden.',
  '{name} betaalt liever op rekening.',
  'Altijd eerst bellen ({mobile}), leest geen mail.',
  'Lid van de wielerclub, krijgt 10 procent op onderdelen.',
]
