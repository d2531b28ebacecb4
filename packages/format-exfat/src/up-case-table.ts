import { inflateRawSync } from 'node:zlib'

/** exFAT specification, 7.2.5.1: the recommended up-case table in its compressed form, deflated once more. */
const RECOMMENDED =
  'rdd10BY3uwbwbLKLy1Pc8uQOPHjQ4u5erEBxKFZKgVJKKaUUd3d3d3de4MXd3SmllFLc/T4XPWfOzPdxZr5j+5v8cc3OnU02kxUhPCGFEr4IRA' +
  'wRU8QSsUUcEVfEE/FFApFQhMQnIpFILJKIpCKZSC5SiJQilUgt0ggtwsIIElakFelERKQXGURGkUlkFllEVuFENpFd5BA5RS6RW3wq8oi8Ip/I' +
  'LwqIgqKQKCyKiKKimCguSoiSopQoLcqIsqKcKC8qiIqikqgsqojPRFVRTVQXNURN8bmoJWqLOuILUVfUE/VFA9FQNBKNRRPR9H9V/7PoJn4R3U' +
  'UP0VP0Er1FH9FX9BP9xQAxUAwSg8UQMVQME8PFCDFSjBKjxRgxVowT48UEMVFMEpPFFDFVTBPTxQwxU8wSs8UcMVfME/PFArFQLBKLxRKxVCwT' +
  'y8UKsVKsEqvFGrFWrBPrxQaxUWwSm8UWESW2im1iu4gWO8ROsUvsFnvEXrFP7BcHxEFxSBwWR8RRcUwcFyfESXFKnBZnxFlxTpwXF8RFcUlcFl' +
  'fEVXHtf1j/4p/qu3hYfk+CDzEgFsSBeJAAQpAIkkAySAGpIA2EgSAtRCADZIIs4CA75PRyebkhD+SDAl5BKAxFoTiUhNJQFspDRa8SVIGqUB1q' +
  'Qi2oA3WhPjSExtAUmkELaAWtoQ20hfbQATpCJ+gMXbyf4Gf4BXp4pWUvrzf0hf7eABjkDfaGwDBvuDfCG+mNgjHeWO+5N96b4E2EonKKN9Wb5p' +
  'Gc4c2E2TAX5nsLYJG32FviLYXl3gpY5a321sA62OBthM3eFi8KtnkvvGhvh7fT2+Xt9vag7fP2ox30DqEdgWNwAk7BGTgHF+ASDPeuwnW4ATfh' +
  'FtyGO3AX7sND75H3GO0pPMf1XsJreAvvAZtffjh8iAGxIA7EgwQQgkSQBJJBCkgFaSAMJK1MCxHIAJkgCzjIDjkhN+SReWU+mV8WkAVlS1dYFp' +
  'ZFZStXXJaQJaG0LCPLynJQASpBFagK1WUNWRNr1N+rLT+sTF05wqsvR3oNZSPZWDaRY7wvZTM51mshW8pW8is5AavURjZzbWU72V5O9TrI7+Q0' +
  '73vZCWvVWf4ou8ifZFf5s+wmW7jusoec7/WSveUir6/sJ/vLAXK5V0Z+WLGycpgcLkfIkXKU3OCNkWPlODleTpAT5SQ5WU6RU+U0OV3OkDPlLD' +
  'lbzpFz5Tw5Xy6QC+UiuVgukUvlMrlcrpAr5Sq5Wq6Ra+U6uV5ukBvlJrlZbpFRcqvcJrfLaLlD7pS75G65R+6V++R+eUAelIfkYXlEHpXH5HF5' +
  'Qp6Up+RpeUaelefkeXlBXpSX5GV5RV6V1+R1+au8IX+TN+Xv8pb8Q96Wf8o78i95V96T9+UD+VA+ko/lE/lUPpPP5Qv5Ur6Sr+Ub+Va+k+8l49' +
  'HvKamU8lWgYqiYKpaKreKouCqeiq8SqIQqpD5RiVRilUQlVclUcpVCpVSpVGqVRmkVVkaRsiqtSqciKr3KoDKqTCqzyqKyKqeyqewqh8qpcqnc' +
  '6lOVR+VV+VR+VUAVVIVUYVVEFVXFVHFVQpVUpVRpVUaVVeVUeVVBVVSVVGVVRX2mqqpqqrqqoWqqz1UtVVvVUV+ouqqeqq8aqIaqkWqsmqim6k' +
  'vVTDVXLVRL1Up9pVqrr1Ub9Y1qq9qp9upb1UF9pzqq71Un9YPqrH5UXdRPqqt6p94rVt1VD9VT9VK9VR/VV/VT/dUANVANUoPVEDVUDVPD1Qg1' +
  'Uo1So9UYNVaNU+PVBDVRTVKT1RQ1VU1T09UMNVPNUrPVHDVXzVPz1QK1UC1Si9US9PXvPa38b9TP+S/qh/599WPquDqhTqpT6rQ6o86qc+o8XI' +
  'TLcBWuww24CbfgNtyBu3AfHqpH6pV6op6qZ+q5egGv1Gt4+x/3QODBL33l+37gx/Bj+rH82H4cP64fz4/vJ/AT+iH/Ez+Rn9hP4if1k/nJ/RR+' +
  'Sj+Vn9pP42s/7BuffOun9dP5ET+9n8HP6GfyM/tZ/Ky+87P52f0c/+f6fzW+ptAMWkAraA1toC20hw7QETpBZ+gCXaEbdIee0Nvv4/f1+/n9/Q' +
  'H+QH+QPxiGwnAYCaNhLIyHiTAZpsJ0mAmzYS7Mh4WwGJbCclgJq2EtrIeNsBmiYBtE+ztgF+yBfXAADsERiPaPw0k4DWfhPFyEy3AVrsMNuAm3' +
  '4DbcgbtwHx7CY3gKz+ElvIa38B7w2RdIwO0NYkAsiAPxIAGEIBEkCZIGyYLkQYogZZAqSB2kCXQQDkxAgQ3SBumCSJA+yBBkDDIFmYMsQdbABd' +
  'mC7EGOIGeQK8gdfBrkCfIG+YL8QYGgYFAoKBwUCYoGxYLiQYmgZFAqKB2UCcoG5YLyQYWgYlApqBxUCT4LqgbVgupBjaBm8HlQK6gd1Am+COoG' +
  '9YL6QYOgYdAoaBw0CZr+v/bP/Dx5c9dd99A9dS/dW/fRfXU/3V8P0AP1ID1YD9FD9TA9XI/QI/UoPVqP0WP1OD1eT9AT9SQ9WU/RU/U0PV3P0D' +
  'P1LD1bz9Fz9Tw9Xy/QC/UivVgv0Uv1Mr1cr9Ar9Sq9Wq/Ra/U6vV5v0Bv1Jr1Zb9FReqveprfraL1D79S79G69R+/V+/R+fUAf1If0YX1EH9XH' +
  '9HF9Qp/Up/RpfUaf1ef0eX1BX9SX9GV9RV/V1/R1/au+oX/TN/Xv+pb+Q9/Wf+o7+i99V9/T9/UD/VA/0o/1E/1UP9PP9Qv9Ur/Sr/Ub/Va/0+' +
  '81f/i4//B6D2OThmNALIgD8SABhCARJIFkkAJSQRr4cBCkhQhkgEyQBRxkh5yQG/JAPigAhaAIFIMSUArKQDmoAJWgClSF6lATakEdqAv1oSE0' +
  'hqbQDFpAK2gNbaAttIcO0BE6QWfoAl2hG3SHntAb+kJ/GAiDYSgMh5EwGsbC+PCE8MTwpPDk8JTw1PC08PTwjPBMmA1zYT4shMWwFJbDSlgNa2' +
  'E9bITNEAXbIBp2wm7YC/vhIByGo3AcTsJpOAvn4SJchqtwHW7ATbgFt+EO3IX78BAew1N4Di/hdfhN+G34Xfh9mMOxTGwTx8Q18Ux8k8AkNP+c' +
  'U5iUJpVJbdIYbZKZ5P+Qw8aYTCazyWKyGmeymewmx0e5gCloCpnCpogpaoqZ4h/lCqaiqWQqmyrmM1POlP+HXNVUM9VNPVPTNDC1TCNTxzQxdZ' +
  'HrIzdEbozc2nxt2phvTFvTzrQ3336UN5stZr85YA6aQ+aiuWRemlfmjvnLvDZvTHfTwww0g8xgM8QMNcPMcDPiozzRTDKTzRQz1Uwz082Mj/JC' +
  's8gsNkvMUrPMLDcrPsobzSaz2kSZtWadWW82/J0/jCnKbDXbzHYTbXaYnWaX2W32mL1m33+OdZc5Yo6aY+a8uWBOmlPmtDljzppzf+cP87hsrp' +
  'ir5pq5bf40N8xv5qa5a26ZP/7OH+Z319wz980D89A8Mo/NE/PUPDPPzYu/5/9h7k/MO/PeMH7s8XtDinwKKAbFpFgUm+JQXIpH8SkBJaQQfUKJ' +
  'KDEloaSUjJJTCkpJqSg1pSGNrW+IyFJaSkcRSk8ZKCNlosyUhbKSo2yUnXJQTspFuelTykN5KR/lpwJUkApRYSpCRakYFacSVJJKUWkqQ2WpHJ' +
  'WnClSRKlFlqkKfUVWqRtWpBtWkz6kW1aY69AXVpXpUnxpQQ2pEjakJNaUvqRk1pxbUklrRV9SavqY29A21pXbUnr6lDvQddaTvqRP9QJ3pR+pC' +
  'P1FX+pm60S/UnXpQT+pFvakP9aV+1J8G0EAaRINpCA2lYTScRtBIGkWjaQyNpXE0nibQRJpEk2kKTaVpNJ1m0EyaRbNpDs2leTSfFtBCWkSLaQ' +
  'ktpWW0nFbQSlpFq2kNraV1tJ420EbaRJtpC0XRVtpG2ymadtBO2kW7aQ/tpX20nw7QQTpEh+kIHaVjdJxO0Ek6RafpDJ2lc3SeLtBFukSX6Qpd' +
  'pWt0nX6lG/Qb3aTf6Rb9QbfpT7pDf9Fdukf36QE9pEf0mJ7QU3pGz+kFvaRX9Jre0Ft6R++JSVjPSqusbwMbw8a0sWxsG8fGtfFsfJvAJrQh+4' +
  'lNZBPbJDapTWaT2xQ2pU1lU9s0VtuwNZastWltOhux6W0Gm9FmspltFpvVOpvNZrc5bE6by+a2n9o8Nq/NZ/PbAragLWQL2yK2qC1mi9sStqQt' +
  'ZUvbMrasLWfL2wq2oq1kK9sq9jPUVbPVbQ1b035ua9nato79wta19Wx928A2tI1sY9vENrVf2ma2uW1hW9pW9ivb2n5t29hvbFvbzra33/7L8z' +
  '1tL9vb9gHmymp9ZENkY2RTZHNkSyQqsjWyLbI9Eh3ZEdkZ2RXZHdkT2RvZF9kfORA5GDkUORw5EjkaORZhLhdTOA8/wsr5LnAxXEwXy8V2cVxc' +
  'F8/FdwlcQhdyn7hELrFL4pK6ZC65S+FSulQutUvjNF6UxpGzLq1L5yIuvcvgMrpMLrPL4rI657K57K6JawrNXHPXwrV0rdxX8DV8A+1ce/et6+' +
  'C+cx3d966T+wF+dF3cT66r+9l1c7+47q6H6wm9oS/0h4EwGIbCcBgJo2EsjIeJMBmmwnSYCbNhLsyHhbAYlsJyWAmrYS2sh42wGaJgG0TDTtgN' +
  'e2E/HITDcBSOw0k4DWfhPFyEy3AVrsMNuOl+d7fcH+62+9PdcX+5u+6eu+8euIfukXvsnrin7pl77l64l+6Ve+3euLfunXvv2M0MzQrNDs0JzQ' +
  '3NC80PLQgtDC0KLQ4tCS0NLQstD60IrQytCq0OrQmtDa0LrQ9tCG0MbQptDm0JRYW2hraFtoeiQztCO0O7QrtDe0LMqU9aTsvpOMLpOQNn5Eyc' +
  'mbNwVnacjbNzDs7JuTg3f8p5OC/n4/xcgAtyIW7ADbkRN+Ym3JS/5GbcnFtwS27FX3Fr/prb8Dfclttxe/6WO/B33JG/5078A3fmH7kL/8Rd+W' +
  'fuxr9wd+7BPbkX9+Y+3Jf7cX8ewAN5EA/mITyUh/FwHsEjeRSP5jE8lsfxeJ7AE3kST+YpPJWn8XSewTN5Fs/mOTyX5/F8XsALeREv5iW8lJfx' +
  'cl7BK3kVr+Y1vJbX8XrewBt5E2/mLRzFW3kbb+do3sE7eRfv5j28l/fxfj7AB/kQH+YjfJSP8XE+wSf5FJ/mM3yWz/F5vsAX+RJf5it8la/xdf' +
  '6Vb/BvfJN/51v8B9/mP/kO/8V3+R7f5wf8kB/xY37CT/kZP+cX/JJf8Wt+w2/5Hb9n5n8D'
/** 7.2.5: 0xFFFF and a count stand for so many characters that are their own upper case. */
const RUN = 0xffff
const CHARACTERS = 0x10000

/** As it stands on a volume. */
export const encodeUpCaseTable = (): Buffer => inflateRawSync(Buffer.from(RECOMMENDED, 'base64'))

/** Upper case for each UTF-16 code unit. What the table does not reach, or is too long for, stays as it is. */
export function decodeUpCaseTable(table: Uint8Array): Uint16Array {
  const bytes = Buffer.from(table.buffer, table.byteOffset, table.length - (table.length % 2))
  const upper = Uint16Array.from({ length: CHARACTERS }, (_, character) => character)
  let character = 0
  for (let at = 0; at + 2 <= bytes.length && character < CHARACTERS; at += 2) {
    const value = bytes.readUInt16LE(at)
    if (value === RUN && at + 4 <= bytes.length) {
      character += bytes.readUInt16LE(at + 2)
      at += 2
    } else {
      upper[character] = value
      character += 1
    }
  }
  return upper
}

/** A name as exFAT compares it: by UTF-16 code units, of which a character beyond U+FFFF has two. */
export function upperCase(name: string, upper: Uint16Array): string {
  let folded = ''
  for (let at = 0; at < name.length; at++) {
    const unit = name.charCodeAt(at)
    folded += String.fromCharCode(upper[unit] ?? unit)
  }
  return folded
}
