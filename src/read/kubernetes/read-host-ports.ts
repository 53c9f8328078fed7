import type { HostPort } from '../../cluster/volume.ts'
import { listAt, numberAt, textAt, valueAt } from './json.ts'

/**
 * The ports of the node that a pod takes while it runs: those of sidecars, then those of containers. On the host's
 * network every container port is one. Sources: pkg/scheduler/util `GetHostPorts`, pkg/apis/core/v1/defaults.go.
 */
export function readHostPorts(podSpec: unknown): readonly HostPort[] {
  const onHost = valueAt(podSpec, 'hostNetwork') === true
  const sidecars = listAt(podSpec, 'initContainers').filter(
    (container) => textAt(container, 'restartPolicy') === 'Always',
  )
  return [...sidecars, ...listAt(podSpec, 'containers')].flatMap((container) =>
    listAt(container, 'ports').flatMap((port) => {
      const given = numberAt(port, 'hostPort') ?? 0
      const taken = given === 0 && onHost ? (numberAt(port, 'containerPort') ?? 0) : given
      return taken > 0
        ? [{ protocol: protocolOf(textAt(port, 'protocol')), hostIp: textAt(port, 'hostIP') ?? '', port: taken }]
        : []
    }),
  )
}

function protocolOf(text: string | undefined): HostPort['protocol'] {
  return text === 'UDP' || text === 'SCTP' ? text : 'TCP'
}
