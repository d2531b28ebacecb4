/** Bytes of a golden test: hexadecimal with spaces (`00*8` eight times), and text in quotes. */
export const golden = (text: string): Buffer =>
  Buffer.concat(
    [...text.matchAll(/"([^"]*)"|([0-9a-f]{2})(?:\*(\d+))?/g)].map(([, letters, byte, times]) =>
      letters === undefined
        ? Buffer.alloc(Number(times ?? 1), Buffer.from(byte!, 'hex'))
        : Buffer.from(letters, 'latin1'),
    ),
  )
