import type { X509Certificate } from 'node:crypto'

/** Whom a certificate names, in one line. */
export const subjectOf = ({ subject }: Pick<X509Certificate, 'subject'>): string => subject.replaceAll('\n', ', ')
