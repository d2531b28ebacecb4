import { type CreateTableBuilder, Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { sqliteDialect } from './sqlite-dialect.ts'

/** JSON is stored as text in every database; times are ISO 8601 in UTC, which sort as text. */
export interface Tables {
  /** Declared computers, collections, deployments, boundaries and settings. */
  objects: { kind: string; name: string; document: string }
  /** Declared computers by UUID and MAC address. */
  computer_keys: { key: string; name: string }
  /** Computers that have contacted the site. */
  clients: { id: string; identity: string; seen: string }
  client_keys: { key: string; client: string }
  sequences: { name: string; revision: number; document: string; created: string }
  /** Blobs that each revision needs. */
  sequence_blobs: { sha256: string; name: string; revision: number }
  /** Revisions sent to computers started from a medium, which may therefore read their blobs. */
  grants: { medium: string; name: string; revision: number }
  media: { id: string; fingerprint: string; document: string; blocked: string | null }
  administrators: { fingerprint: string; name: string }
  status: {
    run: string
    number: number
    client: string
    deployment: string
    medium: string
    time: string
    received: string
    document: string
  }
  /** Tags of content manifests, which are stored as blobs. */
  tags: { tag: string; sha256: string }
  /** The latest message and progress of each run. */
  runs: {
    run: string
    client: string
    deployment: string
    medium: string
    started: string
    heard: string
    number: number
    document: string
    progress: string | null
    tail: string | null
  }
  /** Digests of sign-in codes and session tokens. */
  sessions: { digest: string; kind: string; name: string; valid_to: string }
  affinities: { client: string; user_name: string; state: string }
}
export type Database = Kysely<Tables>

/** Opens `postgres://…` or the path of an SQLite file. Missing tables are created. */
export async function openDatabase(location: string): Promise<Database> {
  const dialect = /^postgres(ql)?:/.test(location)
    ? new PostgresDialect({ pool: postgresPool(location) })
    : sqliteDialect(location)
  const database = new Kysely<Tables>({ dialect })
  try {
    await database.transaction().execute(createTables)
  } catch (error) {
    await database.destroy()
    throw error
  }
  return database
}

/** The error handler lets the pool replace idle connections that break, for example when the database restarts. */
function postgresPool(connectionString: string): pg.Pool {
  const pool = new pg.Pool({ connectionString, max: 10 })
  pool.on('error', () => {})
  return pool
}

type Column = 'text' | 'integer' | 'text?'
/** Every table: its columns (`?` for nullable ones), primary key, unique column and indexed column. */
const SCHEMA: {
  readonly [T in keyof Tables]: {
    readonly columns: { readonly [C in keyof Tables[T]]: Column }
    readonly key: readonly (keyof Tables[T] & string)[]
    readonly unique?: keyof Tables[T] & string
    readonly index?: keyof Tables[T] & string
  }
} = {
  objects: { columns: { kind: 'text', name: 'text', document: 'text' }, key: ['kind', 'name'] },
  computer_keys: { columns: { key: 'text', name: 'text' }, key: ['key'] },
  clients: { columns: { id: 'text', identity: 'text', seen: 'text' }, key: ['id'] },
  client_keys: { columns: { key: 'text', client: 'text' }, key: ['key'] },
  sequences: {
    columns: { name: 'text', revision: 'integer', document: 'text', created: 'text' },
    key: ['name', 'revision'],
  },
  sequence_blobs: {
    columns: { sha256: 'text', name: 'text', revision: 'integer' },
    key: ['sha256', 'name', 'revision'],
  },
  grants: { columns: { medium: 'text', name: 'text', revision: 'integer' }, key: ['medium', 'name', 'revision'] },
  media: {
    columns: { id: 'text', fingerprint: 'text', document: 'text', blocked: 'text?' },
    key: ['id'],
    unique: 'fingerprint',
  },
  administrators: { columns: { fingerprint: 'text', name: 'text' }, key: ['fingerprint'] },
  status: {
    columns: {
      run: 'text',
      number: 'integer',
      client: 'text',
      deployment: 'text',
      medium: 'text',
      time: 'text',
      received: 'text',
      document: 'text',
    },
    key: ['run', 'number'],
    index: 'received',
  },
  tags: { columns: { tag: 'text', sha256: 'text' }, key: ['tag'] },
  runs: {
    columns: {
      run: 'text',
      client: 'text',
      deployment: 'text',
      medium: 'text',
      started: 'text',
      heard: 'text',
      number: 'integer',
      document: 'text',
      progress: 'text?',
      tail: 'text?',
    },
    key: ['run'],
    index: 'heard',
  },
  sessions: { columns: { digest: 'text', kind: 'text', name: 'text', valid_to: 'text' }, key: ['digest'] },
  affinities: { columns: { client: 'text', user_name: 'text', state: 'text' }, key: ['client', 'user_name'] },
}

interface TableShape {
  readonly columns: Readonly<Record<string, Column>>
  readonly key: readonly string[]
  readonly unique?: string
  readonly index?: string
}

async function createTables(database: Database): Promise<void> {
  const { schema } = database
  for (const [name, { columns, key, unique, index }] of Object.entries<TableShape>(SCHEMA)) {
    let table: CreateTableBuilder<string, string> = schema.createTable(name).ifNotExists()
    for (const [column, type] of Object.entries(columns))
      table = type === 'text?' ? table.addColumn(column, 'text') : table.addColumn(column, type, each => each.notNull())
    table = table.addPrimaryKeyConstraint(`${name}_key`, [...key])
    if (unique !== undefined) table = table.addUniqueConstraint(`${name}_${unique}`, [unique])
    await table.execute()
    if (index !== undefined)
      await sql`create index if not exists ${sql.id(`${name}_${index}`)} on ${sql.id(name)} (${sql.id(index)})`.execute(
        database,
      )
  }
}
