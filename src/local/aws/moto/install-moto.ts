import { spawn } from 'node:child_process'
import { mkdir, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ProblemError } from '../../../cluster/problem.ts'
import { findOnPath, motoFolder, motoProgram, motoVersion } from './find-moto.ts'

/**
 * The server's packages, then the services we use; all of `moto[server]` takes three times as long to fetch. moto comes last, so that
 * its program is there only when everything is.
 */
const steps = [['flask', 'flask-cors'], [`moto[awslambda,s3,ssm]==${motoVersion}`]] as const

/**
 * Installs moto once into a virtual environment of our own and returns its server program.
 * An interrupted installation is not taken for a complete one: it is removed and made anew. Not to be run twice at a time.
 * Throws {@link ProblemError} without Python, or when pip fails.
 */
export async function installMoto(environment: NodeJS.ProcessEnv, onProgress: (line: string) => void): Promise<string> {
  const python = (await findOnPath('python3', environment)) ?? (await findOnPath('python', environment))
  if (!python)
    throw new ProblemError({
      id: 'python-not-found',
      what: 'The local AWS stand-in needs moto, and moto needs Python, which is not on PATH.',
      why: 'moto (https://docs.getmoto.org) answers EC2, IAM, KMS and Auto Scaling on this machine.',
      fix: 'Install Python 3.10 or newer with venv (Debian, Ubuntu: apt-get install python3-venv; macOS: brew install python), then run the command again.',
    })
  const folder = motoFolder(environment)
  await rm(folder, { recursive: true, force: true })
  await mkdir(dirname(folder), { recursive: true })
  onProgress(`Installing moto ${motoVersion} (the AWS emulator) into ${folder}, once`)
  try {
    await run(python, ['-m', 'venv', folder], environment, 'python-venv-failed', onProgress)
    const pip = motoProgram(folder).replace(/moto_server(\.exe)?$/, 'python$1')
    const install = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input'] as const
    for (const packages of steps)
      await run(pip, [...install, ...packages], environment, 'moto-install-failed', onProgress)
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
  return motoProgram(folder)
}

function run(
  program: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  id: string,
  onProgress: (line: string) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
    const lines: string[] = []
    const take = (chunk: Buffer): void => {
      for (const line of chunk.toString('utf8').split('\n')) {
        if (line.trim() === '') continue
        lines.push(line.trimEnd())
        if (/^(Collecting|Installing|Successfully)/.test(line)) onProgress(line.trim())
      }
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    const fail = (why: string): void =>
      reject(
        new ProblemError({
          id,
          what: `Could not install moto ${motoVersion}, which the local AWS stand-in needs.`,
          why,
          fix: `Install it yourself (pip install 'moto[server]==${motoVersion}') so that moto_server is on PATH, then run the command again.`,
          detail: lines.slice(-15),
        }),
      )
    child.on('error', (error) => fail(error.message))
    child.on('close', (code) => (code === 0 ? resolve() : fail(`${[program, ...args].join(' ')} ended with ${code}.`)))
  })
}
