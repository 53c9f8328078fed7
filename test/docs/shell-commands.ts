/** One simple command of a script: the program and its arguments, unquoted. */
export type ShellCommand = { readonly words: readonly string[]; readonly line: number }

/** Words that begin or end a compound command; what follows some of them is a command of its own. */
const openers = new Set(['do', 'then', 'else', 'if', 'elif', 'while', 'until', '!', '{', '('])
const closers = new Set(['done', 'fi', 'esac', '}', ')'])

/**
 * The simple commands of a script, in order, those inside `$(…)` and `<(…)` after the one that they stand in. Knows quotes, comments,
 * continued lines, pipes, lists, loops, redirections, variables before a command and here-documents; no functions and no `case`.
 * @param firstLine of the script in its page.
 */
export function shellCommands(script: string, firstLine = 1): readonly ShellCommand[] {
  const commands: ShellCommand[] = []
  const text = withoutHereDocuments(script)
  let at = 0
  let line = firstLine
  let words: string[] = []
  let startLine = firstLine
  let inner: ShellCommand[] = []
  /** The next word is where a redirection goes. */
  let redirected = false
  const end = (): void => {
    const command = simpleCommand(words)
    if (command.length > 0) commands.push({ words: command, line: startLine })
    commands.push(...inner)
    words = []
    inner = []
    redirected = false
  }
  while (at < text.length) {
    const rest = text.slice(at)
    const skip = /^(?:[ \t]+|\\\n)/.exec(rest)?.[0]
    if (skip !== undefined) {
      line += skip.includes('\n') ? 1 : 0
      at += skip.length
      continue
    }
    const separator = /^(?:&&|\|\||;;|[\n;|&])/.exec(rest)?.[0]
    if (separator !== undefined) {
      end()
      line += separator === '\n' ? 1 : 0
      at += separator.length
      continue
    }
    if (rest.startsWith('#')) {
      at += /^[^\n]*/.exec(rest)?.[0].length ?? 0
      continue
    }
    const redirection = /^(?:\d?>>?&?\d?|<(?!\())/.exec(rest)?.[0]
    if (redirection !== undefined && redirection !== '') {
      redirected = !/&\d$/.test(redirection)
      at += redirection.length
      continue
    }
    if (words.length === 0) startLine = line
    const word = readWord(text, at, line)
    if (redirected) redirected = false
    else words.push(word.value)
    inner.push(...word.inner)
    line += text.slice(at, word.end).split('\n').length - 1
    at = word.end
  }
  end()
  return commands
}

/** What is left of a command without the words of loops and conditions, and without variables before it. */
function simpleCommand(words: readonly string[]): readonly string[] {
  let rest = words
  for (;;) {
    const [first] = rest
    if (first === undefined) return []
    if (first === 'for' || closers.has(first)) return []
    if (openers.has(first) || first === '$' || /^[A-Za-z_]\w*=/.test(first)) rest = rest.slice(1)
    else return rest
  }
}

type Word = { readonly value: string; readonly end: number; readonly inner: readonly ShellCommand[] }

function readWord(text: string, from: number, line: number): Word {
  let at = from
  let value = ''
  let quoted = false
  const inner: ShellCommand[] = []
  while (at < text.length) {
    const char = text[at] ?? ''
    const opening = /^[$<]\((?!\()/.exec(text.slice(at))?.[0]
    if (opening !== undefined) {
      const close = closingParenthesis(text, at + opening.length)
      inner.push(...shellCommands(text.slice(at + opening.length, close), line))
      value += text.slice(at, close + 1)
      at = close + 1
    } else if (char === "'" && !quoted) {
      const close = text.indexOf("'", at + 1)
      if (close < 0) throw new Error(`a quote of line ${line} is not closed`)
      value += text.slice(at + 1, close)
      at = close + 1
    } else if (char === '"') {
      quoted = !quoted
      at += 1
    } else if (char === '\\' && at + 1 < text.length) {
      if (text[at + 1] !== '\n') value += text[at + 1]
      at += 2
    } else if (!quoted && /[\s;|&<>]/.test(char)) break
    else {
      value += char
      at += 1
    }
  }
  if (quoted) throw new Error(`a quote of line ${line} is not closed`)
  return { value, end: at, inner }
}

function closingParenthesis(text: string, from: number): number {
  let depth = 1
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1
    if (text[at] === ')') depth -= 1
    if (depth === 0) return at
  }
  throw new Error(`a parenthesis is not closed: ${text.slice(from, from + 40)}`)
}

/** Bodies of here-documents become empty lines, so that lines still count. */
function withoutHereDocuments(script: string): string {
  return script.replace(
    /<<-?\s*(['"]?)(\w+)\1([^\n]*)\n([\s\S]*?)\n[ \t]*\2(?=\n|$)/g,
    (_, __, ___, rest: string, body: string) => `${rest}\n${'\n'.repeat(body.split('\n').length)}`,
  )
}
