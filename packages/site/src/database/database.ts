import { type CreateTableBuilder, Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { sqliteDialect } from './sqlite-dialect.ts'

/** JSON is text in every database, and times are ISO 8601 in UTC, which sort as they are. */
export interface Tables {
  /** What is declared: computers, collections, deployments, boundaries, … */
  objects: { kind: string; name: string; document: string }
  /** Which declared computer has a UUID or a network card. */
  computer_keys: { key: string; name: string }
  /** Computers that asked. */
  clients: { id: string; identity: string; seen: string }
  client_keys: { key: string; client: string }
  sequences: { name: string; revision: number; document: string; created: string }
  /** The blobs that a revision needs. */
  sequence_blobs: { sha256: string; name: string; revision: number }
  /** Which medium was given which revision: it may read the blobs of that. */
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
  /** Manifests of contents, which are blobs, by their names. */
  tags: { tag: string; sha256: string }
  /** Each run by its last message, and by how far its step is. */
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
  /** Digests of codes, and of what browsers hold that came with one. */
  sessions: { digest: string; kind: string; name: string; valid_to: string }
  affinities: { client: string; user_name: string; state: string }
}
export type Database = Kysely<Tables>

/** `postgres://…`, or the path of an SQLite file. The tables are made when they are missing. */
export async function openDatabase(place: string): Promise<Database> {
  const dialect = /^postgres(ql)?:/.test(place)
    ? new PostgresDialect({ pool: postgresPool(place) })
    : sqliteDialect(place)
  const database = new Kysely<Tables>({ dialect })
  try {
    await database.transaction().execute(createTables)
  } catch (error) {
    await database.destroy()
    throw error
  }
  return database
}

/** A connection that is lost while nobody uses it, as when the database starts again, is replaced by another one. */
function postgresPool(connectionString: string): pg.Pool {
  const pool = new pg.Pool({ connectionString, max: 10 })
  pool.on('error', () => {})
  return pool
}

type Column = 'text' | 'integer' | 'text?'
/** Every table: its columns (`?` for those that may be empty), its key, and what else no two rows share. */
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
