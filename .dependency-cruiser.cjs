// Who may import whom: docs of the rooms are in README.md and CONTRIBUTING.md. Arrows go one way:
// routes, cli -> rooms -> platform, db. Foundation rooms serve every other room.

const foundation = ['evidence', 'mail', 'jobs', 'holds', 'staff']

/** Besides the foundation rooms, a room may import these rooms only. */
const exceptions = {
  deadlines: [],
  requests: ['deadlines'],
  identity: ['requests', 'systems'],
  systems: [],
  erasure: ['requests', 'systems'],
  access: ['requests', 'systems', 'erasure'],
  retention: ['systems', 'erasure'],
  evidence: [],
  mail: [],
  jobs: [],
  holds: [],
  staff: [],
}
const rooms = Object.keys(exceptions)

const roomRules = rooms.map((room) => {
  const may = [room, ...foundation, ...exceptions[room]]
  return {
    name: `room-${room}`,
    comment: `app/${room} imports only ${may.slice(1).join(', ')}, platform, db, locales`,
    severity: 'error',
    from: { path: `^app/${room}/` },
    to: { path: `^app/(${rooms.join('|')})/`, pathNot: `^app/(${may.join('|')})/` },
  }
})

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...roomRules,
    {
      name: 'no-cycle',
      comment:
        'Two files that need each other are one, or lack a third. Types, and what is loaded only when needed, may refer back.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only', 'dynamic-import'] } },
    },
    {
      name: 'no-cycle-between-rooms',
      comment: 'Foundation rooms may import each other, but not in a circle.',
      severity: 'error',
      scope: 'folder',
      from: { path: '^app/[^/]+$' },
      to: { path: '^app/[^/]+$', circular: true },
    },
    {
      name: 'deadlines-is-pure',
      comment: 'app/deadlines takes values and gives values: no node, no database, no clock.',
      severity: 'error',
      from: { path: '^app/deadlines/' },
      to: { pathNot: '^(app/deadlines/|node_modules/(temporal-polyfill|date-holidays|zod)/)' },
    },
    {
      name: 'nothing-imports-routes-or-cli',
      severity: 'error',
      from: { pathNot: '^(app/(routes|cli)/|app/routes\\.ts$|app/entry\\.server\\.tsx$|tests/)' },
      to: { path: '^app/(routes|cli)/', pathNot: '^app/cli/privacybalie\\.mjs$' },
    },
    {
      name: 'platform-knows-no-room',
      severity: 'error',
      from: { path: '^app/platform/' },
      to: { path: `^app/(${rooms.join('|')}|routes|cli|ui)/` },
    },
    {
      name: 'jobs-know-no-room',
      comment: 'Each room registers its own tasks.',
      severity: 'error',
      from: { path: '^app/jobs/' },
      to: { path: `^app/(${rooms.filter((room) => room !== 'jobs').join('|')})/` },
    },
    {
      name: 'ui-is-for-pages',
      comment: 'Components are used by routes and e-mails, and know no room but the pure one.',
      severity: 'error',
      from: { path: '^app/ui/' },
      to: {
        path: `^app/(${rooms.filter((room) => room !== 'deadlines').join('|')}|routes|cli)/`,
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'rooms-draw-nothing',
      severity: 'error',
      from: { path: `^app/(${rooms.join('|')}|platform)/` },
      to: { path: '^app/ui/' },
    },
    {
      name: 'locales-know-nothing',
      severity: 'error',
      from: { path: '^app/locales/' },
      to: { path: '^(app/(?!locales/)|db/|emails/)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'emails-by-mail-only',
      severity: 'error',
      from: { path: '^(app|db)/', pathNot: '^app/mail/' },
      to: { path: '^emails/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'emails-draw-only',
      comment: 'but the words of the field (kinds of request, grounds of refusal) are for everybody',
      severity: 'error',
      from: { path: '^emails/' },
      to: {
        path: '^(app/(?!ui/|locales/|deadlines/)|db/(?!words/))',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'db-knows-no-room',
      severity: 'error',
      from: { path: '^db/' },
      to: { path: '^(app/|emails/)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'demo-not-in-production',
      severity: 'error',
      from: { path: `^app/(${rooms.join('|')})/` },
      to: { path: '^db/demo/' },
    },
    { name: 'not-to-tests', severity: 'error', from: { pathNot: '^tests/' }, to: { path: '^tests/' } },
    {
      name: 'not-to-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: 'virtual:remix/' },
    },
    {
      name: 'not-to-dev-dep',
      comment: 'What runs in production is a dependency, not a devDependency.',
      severity: 'error',
      from: { path: '^(app|db|emails)/', pathNot: ['^app/routes\\.ts$', '^app/routes/[^/]+/routes\\.ts$'] },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: 'node_modules/(@types/|vite/)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(build|\\.data|coverage)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
}
