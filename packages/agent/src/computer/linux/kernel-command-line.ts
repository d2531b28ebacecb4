/** The id that the boot loader put there as `bootwright.medium=<id>`; the last one counts, as for the kernel's own parameters. */
export const mediumIdOf = (commandLine: string): string | undefined =>
  [...commandLine.matchAll(/(?:^|\s)bootwright\.medium=(\S+)/g)].at(-1)?.[1]
