/** The id of `bootwright.medium=<id>`. The last one counts, as with the kernel's own parameters. */
export const mediumIdOf = (commandLine: string): string | undefined =>
  [...commandLine.matchAll(/(?:^|\s)bootwright\.medium=(\S+)/g)].at(-1)?.[1]
