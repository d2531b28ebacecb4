/** Memory that stays for as long as the instance. Bytes, zeroed. */
export function allocate(size: usize): usize {
  const start = heap.alloc(size)
  memory.fill(start, 0, size)
  return start
}
