import { DatabaseSync } from 'node:sqlite'
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'

/** Milliseconds that a process waits while another one writes. */
const BUSY_TIMEOUT = 10_000

/** Kysely dialect for Node's built-in SQLite. Several processes may use one file. */
export const sqliteDialect = (path: string): Dialect => ({
  createAdapter: () => new SqliteAdapter(),
  createDriver: () => driver(path),
  createIntrospector: database => new SqliteIntrospector(database),
  createQueryCompiler: () => new SqliteQueryCompiler(),
})

function driver(path: string): Driver {
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT })
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON')
  const statements = new Map<string, ReturnType<DatabaseSync['prepare']>>()
  const prepared = (sql: string): ReturnType<DatabaseSync['prepare']> => {
    const cached = statements.get(sql)
    if (cached) return cached
    const statement = database.prepare(sql)
    statements.set(sql, statement)
    return statement
  }
  const connection: DatabaseConnection = {
    async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
      const statement = prepared(sql)
      const values = parameters as (string | number | null)[]
      if (statement.columns().length > 0) return { rows: statement.all(...values) as R[] }
      return { rows: [], numAffectedRows: BigInt(statement.run(...values).changes) }
    },
    // biome-ignore lint/correctness/useYield: streaming is not supported
    async *streamQuery() {
      throw new Error('SQLite queries cannot be streamed')
    },
  }
  // There is one connection: a transaction holds it until it ends.
  let last: Promise<void> = Promise.resolve()
  let release = (): void => {}
  const run = (sql: string) => async (): Promise<void> => database.exec(sql)
  return {
    async init() {},
    async acquireConnection() {
      const before = last
      const { promise, resolve } = Promise.withResolvers<void>()
      last = promise
      await before
      release = resolve
      return connection
    },
    async releaseConnection() {
      release()
    },
    beginTransaction: run('BEGIN IMMEDIATE'),
    commitTransaction: run('COMMIT'),
    rollbackTransaction: run('ROLLBACK'),
    async destroy() {
      database.close()
    },
  }
}
