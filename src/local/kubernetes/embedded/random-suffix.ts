import { randomInt } from 'node:crypto'

/** Without vowels and look-alikes, so that no words come out. Source: k8s.io/apimachinery/pkg/util/rand. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789'

/** Five random characters, as Kubernetes puts them behind generated names. */
export function randomSuffix(): string {
  return Array.from({ length: 5 }, () => alphabet[randomInt(alphabet.length)]).join('')
}
