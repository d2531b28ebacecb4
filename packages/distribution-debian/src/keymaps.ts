/** Folders of keymaps for PC keyboards, and of the files that these include. */
export const KEYMAP_FOLDERS: readonly string[] = ['azerty', 'dvorak', 'fgGIod', 'include', 'qwerty', 'qwertz']

/** The closest keymap of `console-data` for each keyboard layout, by the names that X and Debian's installer use. */
export const LAYOUTS: Readonly<Record<string, string>> = {
  al: 'us',
  be: 'be-latin1',
  br: 'br-abnt2',
  ca: 'cf',
  ch: 'sg-latin1',
  'ch-fr': 'fr_CH-latin1',
  cz: 'cz-lat2',
  de: 'de-latin1-nodeadkeys',
  dk: 'dk-latin1',
  ee: 'et',
  fi: 'fi-latin1',
  fr: 'fr-latin9',
  gb: 'uk',
  gr: 'gr-utf8',
  hr: 'croat',
  is: 'is-latin1',
  jp: 'jp106',
  latam: 'la-latin1',
  lv: 'lv-latin7',
  no: 'no-latin1',
  pt: 'pt-latin1',
  rs: 'sr-cy',
  se: 'se-latin1',
  si: 'slovene',
  sk: 'sk-qwertz',
  tr: 'trq',
  ua: 'ua-utf',
  'us-intl': 'us-intl.iso15',
}
