import { Kysely, PostgresDialect } from 'kysely'
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
  affinities: { client: string; user_name: string; state: string }
}
export type Database = Kysely<Tables>

/** `postgres://…`, or the path of an SQLite file. The tables are made when they are missing. */
export async function openDatabase(place: string): Promise<Database> {
  const dialect = /^postgres(ql)?:/.test(place)
    ? new PostgresDialect({ pool: new pg.Pool({ connectionString: place, max: 10 }) })
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

async function createTables(database: Database): Promise<void> {
  const { schema } = database
  await schema
    .createTable('objects')
    .ifNotExists()
    .addColumn('kind', 'text', column => column.notNull())
    .addColumn('name', 'text', column => column.notNull())
    .addColumn('document', 'text', column => column.notNull())
    .addPrimaryKeyConstraint('objects_key', ['kind', 'name'])
    .execute()
  for (const [table, value] of [
    ['computer_keys', 'name'],
    ['client_keys', 'client'],
  ] as const)
    await schema
      .createTable(table)
      .ifNotExists()
      .addColumn('key', 'text', column => column.primaryKey())
      .addColumn(value, 'text', column => column.notNull())
      .execute()
  await schema
    .createTable('clients')
    .ifNotExists()
    .addColumn('id', 'text', column => column.primaryKey())
    .addColumn('identity', 'text', column => column.notNull())
    .addColumn('seen', 'text', column => column.notNull())
    .execute()
  await schema
    .createTable('sequences')
    .ifNotExists()
    .addColumn('name', 'text', column => column.notNull())
    .addColumn('revision', 'integer', column => column.notNull())
    .addColumn('document', 'text', column => column.notNull())
    .addColumn('created', 'text', column => column.notNull())
    .addPrimaryKeyConstraint('sequences_key', ['name', 'revision'])
    .execute()
  await schema
    .createTable('sequence_blobs')
    .ifNotExists()
    .addColumn('sha256', 'text', column => column.notNull())
    .addColumn('name', 'text', column => column.notNull())
    .addColumn('revision', 'integer', column => column.notNull())
    .addPrimaryKeyConstraint('sequence_blobs_key', ['sha256', 'name', 'revision'])
    .execute()
  await schema
    .createTable('grants')
    .ifNotExists()
    .addColumn('medium', 'text', column => column.notNull())
    .addColumn('name', 'text', column => column.notNull())
    .addColumn('revision', 'integer', column => column.notNull())
    .addPrimaryKeyConstraint('grants_key', ['medium', 'name', 'revision'])
    .execute()
  await schema
    .createTable('media')
    .ifNotExists()
    .addColumn('id', 'text', column => column.primaryKey())
    .addColumn('fingerprint', 'text', column => column.notNull().unique())
    .addColumn('document', 'text', column => column.notNull())
    .addColumn('blocked', 'text')
    .execute()
  await schema
    .createTable('administrators')
    .ifNotExists()
    .addColumn('fingerprint', 'text', column => column.primaryKey())
    .addColumn('name', 'text', column => column.notNull())
    .execute()
  await schema
    .createTable('status')
    .ifNotExists()
    .addColumn('run', 'text', column => column.notNull())
    .addColumn('number', 'integer', column => column.notNull())
    .addColumn('client', 'text', column => column.notNull())
    .addColumn('deployment', 'text', column => column.notNull())
    .addColumn('medium', 'text', column => column.notNull())
    .addColumn('time', 'text', column => column.notNull())
    .addColumn('received', 'text', column => column.notNull())
    .addColumn('document', 'text', column => column.notNull())
    .addPrimaryKeyConstraint('status_key', ['run', 'number'])
    .execute()
  await schema.createIndex('status_received').ifNotExists().on('status').column('received').execute()
  await schema
    .createTable('affinities')
    .ifNotExists()
    .addColumn('client', 'text', column => column.notNull())
    .addColumn('user_name', 'text', column => column.notNull())
    .addColumn('state', 'text', column => column.notNull())
    .addPrimaryKeyConstraint('affinities_key', ['client', 'user_name'])
    .execute()
}
