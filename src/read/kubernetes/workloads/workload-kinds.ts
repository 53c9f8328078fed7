import { cronJob } from './cron-job.ts'
import { daemonSet } from './daemon-set.ts'
import { deployment } from './deployment.ts'
import { job } from './job.ts'
import { jobSet } from './job-set.ts'
import { kubeflowJobs } from './kubeflow-job.ts'
import { leaderWorkerSet } from './leader-worker-set.ts'
import { rayCluster, rayJob, rayService } from './ray-cluster.ts'
import { replicaSet } from './replica-set.ts'
import { replicationController } from './replication-controller.ts'
import { statefulSet } from './stateful-set.ts'
import type { WorkloadKind } from './workload-kind.ts'

/** Every kind of object that makes pods, as far as it is built in. */
export const workloadKinds: readonly WorkloadKind[] = [
  deployment,
  replicaSet,
  replicationController,
  statefulSet,
  daemonSet,
  job,
  cronJob,
  jobSet,
  leaderWorkerSet,
  rayCluster,
  rayJob,
  rayService,
  ...kubeflowJobs,
]
