import { z } from 'zod'
import { apiRoutePermissions } from '~/staff/permissions'
import type { ApiPermission } from '~/staff/permissions'
import { webhookCallbackSchema } from '~/systems/webhook/messages'
import * as schemas from './schemas'

type Operation = {
  summary: string
  body?: z.ZodType
  query?: z.ZodObject
  status: number
  answer?: z.ZodType
  /** Where the answer is no JSON. */
  type?: string
}

const operations: Record<string, { get?: Operation; post?: Operation }> = {
  'api/v1/requests': {
    get: {
      summary: 'Requests by due date',
      query: schemas.listQuerySchema,
      status: 200,
      answer: schemas.requestListSchema,
    },
    post: {
      summary: 'Enter a request',
      body: schemas.newRequestSchema,
      status: 201,
      answer: schemas.requestMadeSchema,
    },
  },
  'api/v1/requests/:reference': {
    get: { summary: 'One request with its timeline', status: 200, answer: schemas.requestSchema },
  },
  'api/v1/requests/:reference/plan': {
    post: {
      summary: 'Make a plan: what would be erased',
      body: schemas.planOrderSchema,
      status: 201,
      answer: schemas.planSchema,
    },
  },
  'api/v1/requests/:reference/plan/approve': {
    post: {
      summary: 'Approve the present plan by its hash',
      body: schemas.approvalSchema,
      status: 200,
      answer: schemas.approvedSchema,
    },
  },
  'api/v1/requests/:reference/execute': {
    post: {
      summary: 'Carry out the approved plan',
      body: schemas.emptySchema,
      status: 202,
      answer: schemas.runStartedSchema,
    },
  },
  'api/v1/runs/:run': { get: { summary: 'How far a run is', status: 200, answer: schemas.runSchema } },
  'api/v1/requests/:reference/certificate': {
    get: {
      summary: 'The certificate of an erasure, as JSON or, with Accept: application/pdf, as PDF',
      query: schemas.certificateQuerySchema,
      status: 200,
      answer: schemas.certificateSchema,
    },
  },
  'api/v1/requests/:reference/package': {
    get: { summary: 'The released access package', status: 200, type: 'application/zip' },
  },
  'api/v1/webhooks/:call': {
    post: {
      summary: 'A service answers a call later, signed with the secret of its system (Standard Webhooks)',
      body: webhookCallbackSchema,
      status: 204,
    },
  },
}

/** The API as an OpenAPI 3.1 document, made from the schemas that check its calls. */
export function openApiDocument() {
  const permissions: Record<string, { read?: ApiPermission; write?: ApiPermission }> = apiRoutePermissions
  const paths = Object.entries(operations).map(([path, { get, post }]) => [
    `/${path.replace(/:(\w+)/g, '{$1}')}`,
    {
      parameters: [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
        name,
        in: 'path',
        required: true,
        schema: { type: 'string' },
      })),
      ...(get ? { get: described(get, permissions[path]?.read) } : {}),
      ...(post ? { post: described(post, permissions[path]?.write) } : {}),
    },
  ])
  return {
    openapi: '3.1.0',
    info: {
      title: 'Privacybalie',
      version: '1',
      description: 'Requests of data subjects, from receipt to verified erasure.',
    },
    paths: Object.fromEntries(paths) as Record<string, unknown>,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: { Problem: jsonSchema(schemas.problemSchema, 'output') },
    },
  }
}

function described(operation: Operation, permission: ApiPermission | undefined) {
  const { summary, body, query, status, answer, type = 'application/json' } = operation
  const scope = permission && permission !== 'open' ? permission.scope : null
  const content = answer ? { schema: jsonSchema(answer, 'output') } : {}
  return {
    summary,
    ...(scope ? { description: `Scope: ${scope}`, security: [{ token: [scope] }] } : {}),
    ...(query || body ? { parameters: [...queryParameters(query), ...(body ? [keyHeader] : [])] } : {}),
    ...(body
      ? { requestBody: { required: true, content: { 'application/json': { schema: jsonSchema(body, 'input') } } } }
      : {}),
    responses: {
      [String(status)]: { description: 'Done', content: { [type]: content } },
      default: {
        description: 'A problem (RFC 9457)',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  }
}

const keyHeader = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'The same call under the same key gets the same answer.',
  schema: { type: 'string', maxLength: 200 },
}

function queryParameters(query: z.ZodObject | undefined) {
  return Object.entries(query?.shape ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: false,
    schema: jsonSchema(schema as z.ZodType, 'input'),
  }))
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output') {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}
