/** Node replaces a longer timeout by 1 millisecond. */
const LONGEST_TIMEOUT = 2 ** 31 - 1

/** Calls `act` once after `duration` milliseconds, of any length, unless disposed before. */
export function after(duration: number, act: () => void, longest: number = LONGEST_TIMEOUT): Disposable {
  let timer: NodeJS.Timeout
  const wait = (left: number): void => {
    const part = Math.min(left, longest)
    timer = setTimeout(() => (left > part ? wait(left - part) : act()), part)
  }
  wait(duration)
  return { [Symbol.dispose]: () => clearTimeout(timer) }
}
