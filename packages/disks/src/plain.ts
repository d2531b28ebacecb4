/** What a device says of itself, without control characters. */
export const plain = (text: string): string => text.replaceAll(/\p{Cc}+/gu, ' ').trim()
