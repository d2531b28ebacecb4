import { makeDecodeTable, tableSize } from './huffman-decoder.ts'
import { type CodeMaker, codeMaker } from './huffman-encoder.ts'
import { LONGEST } from './lzms.ts'

const TABLE_BITS = 10

/** A Huffman code that follows what it has decoded: every so many symbols it is made anew from how often each came. */
export class AdaptiveCode {
  static readonly bits: number = TABLE_BITS
  readonly table: Uint16Array
  readonly #symbols: number
  readonly #every: number
  readonly #counts: Uint32Array
  readonly #lengths: Uint8Array
  readonly #maker: CodeMaker
  #left = 0

  constructor(symbols: number, every: number) {
    this.#symbols = symbols
    this.#every = every
    this.#counts = new Uint32Array(symbols)
    this.#lengths = new Uint8Array(symbols)
    this.#maker = codeMaker(symbols)
    this.table = new Uint16Array(tableSize(symbols, TABLE_BITS, LONGEST))
  }
  reset(): void {
    this.#counts.fill(1)
    this.#make()
  }
  count(symbol: number): void {
    this.#counts[symbol]!++
    if (--this.#left > 0) return
    this.#make()
    for (let each = 0; each < this.#symbols; each++) this.#counts[each] = (this.#counts[each]! >> 1) + 1
  }
  #make(): void {
    this.#left = this.#every
    // One codeword cannot be told from none: a second one stands for nothing.
    if (this.#symbols < 2) return void this.table.fill(1, 0, 1 << TABLE_BITS)
    this.#maker.lengths(this.#counts, this.#symbols, LONGEST, this.#lengths)
    makeDecodeTable(this.table, this.#lengths, this.#symbols, TABLE_BITS, LONGEST)
  }
}
