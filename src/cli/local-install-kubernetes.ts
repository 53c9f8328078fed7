import { type InstallProgress, installKubernetes } from '../local/kubernetes/install-kubernetes.ts'
import { runProgram } from '../local/kubernetes/run-program.ts'
import { userCacheFolder } from '../local/user-cache-folder.ts'
import { openProgress } from '../report/progress.ts'
import { type CliContext, errPaint, print, runCommand } from './context.ts'
import { listenForStop } from './keyboard-stop.ts'

/** `eks-gpu local install-kubernetes`: fills the cache with the programs of a real control plane. */
export async function localInstallKubernetes(this: CliContext, flags: { readonly debug: boolean }): Promise<void> {
  await runCommand(this, flags, async () => {
    const progress = openProgress(this.process.stderr, errPaint(this))
    const stop = listenForStop(this.process, (text) => progress.say(text))
    const step = progress.step('Install the programs of a Kubernetes control plane')
    try {
      const installed = await installKubernetes({
        cacheFolder: userCacheFolder(this.process.env),
        fetch: globalThis.fetch,
        run: runProgram,
        onProgress: (at) => {
          if (at.step === 'download-failed')
            progress.say(`    ${at.reason}; building them instead, which takes some minutes`)
          else step.detail(wordsOf(at))
        },
        signal: stop.interrupt,
      })
      step.succeed(`${installed.version}, ${installed.how.replace('-', ' ')}`)
      print(this, installed.folder)
      return 0
    } catch (error) {
      step.fail()
      throw error
    } finally {
      progress.close()
      stop.close()
    }
  })
}

function wordsOf(at: Exclude<InstallProgress, { readonly step: 'download-failed' }>): string {
  switch (at.step) {
    case 'download': {
      const mebibytes = (bytes: number) => (bytes / 1_048_576).toFixed(0)
      return `${at.what}, ${mebibytes(at.done)}${at.total === undefined ? '' : ` of ${mebibytes(at.total)}`} MiB`
    }
    case 'unpack':
      return `unpacking ${at.what}`
    case 'build':
      return at.what
    default:
      return at satisfies never
  }
}
