import type { FamilyOf } from './group-facts.ts'
import type { Less, OutOf } from './order.ts'
import type { Either, RefusedWhen } from './refusal.ts'
import type { Given, HasKeys, Is, IsLiteral, Not, Written, WrittenOr } from './written.ts'

/** What the module refuses of what a group's nodes are told at boot, in its words. */
export type NodeSettingsRefusals<Name extends string, Group> =
  | RefusedWhen<
      [Is<Written<Group, 'local_storage'>, 'mount'>, Is<FamilyOf<Group>, 'bottlerocket'>],
      'local_storage',
      `GPU group "${Name}" has local_storage = "mount" on Bottlerocket, which can only join the disks: use "raid0" or "none", or ami_family = "al2023".`
    >
  | BootSettingsRefusals<Name, Group>
  | NoSetting<Name, Group, 'extra_user_data', 'node_config'>
  | NoSetting<Name, Group, 'extra_user_data', 'shell'>
  | NoSetting<Name, Group, 'containerd', 'config'>
  | NoSetting<Name, Group, 'kubelet', 'max_parallel_image_pulls', ' (it pulls in parallel already)'>
  | RefusedWhen<
      [Is<FamilyOf<Group>, 'al2023'>, Given<Extra<Group, 'toml'>>],
      'extra_user_data',
      `GPU group "${Name}" is al2023, which reads no TOML settings: use extra_user_data.node_config or extra_user_data.shell, or ami_family = "bottlerocket".`
    >
  | RefusedWhen<
      [IsLiteral<Extra<Group, 'shell'>>, Not<Is<Extra<Group, 'shell'>, `#!${string}`>>],
      'extra_user_data',
      `extra_user_data.shell must begin with the line that names its interpreter, such as #!/bin/bash: cloud-init does not run it otherwise. Wrong: ${Name}.`
    >
  | RefusedWhen<
      [
        Given<Written<Written<Group, 'containerd'>, 'config'>>,
        Given<Written<Written<Group, 'containerd'>, 'max_concurrent_downloads'>>,
      ],
      'containerd',
      `containerd.config and containerd.max_concurrent_downloads end in the same file: write max_concurrent_downloads into config. Wrong: ${Name}.`
    >
  | RefusedWhen<
      [
        Either<
          [
            Less<Kubelet<Group, 'image_gc_high_threshold_percent'>, 0>,
            Less<100, Kubelet<Group, 'image_gc_high_threshold_percent'>>,
            Less<Kubelet<Group, 'image_gc_low_threshold_percent'>, 0>,
            Less<100, Kubelet<Group, 'image_gc_low_threshold_percent'>>,
            NotBelow<
              WrittenOr<Written<Group, 'kubelet'>, 'image_gc_low_threshold_percent', 80>,
              WrittenOr<Written<Group, 'kubelet'>, 'image_gc_high_threshold_percent', 85>
            >,
          ]
        >,
      ],
      'kubelet',
      `kubelet.image_gc_low_threshold_percent (80 when left out) must lie below image_gc_high_threshold_percent (85 when left out), both from 0 to 100. Wrong: ${Name}.`
    >
  | RefusedWhen<
      [
        Either<
          [
            NoCount<Kubelet<Group, 'max_parallel_image_pulls'>>,
            NoCount<Kubelet<Group, 'registry_pull_qps'>>,
            NoCount<Kubelet<Group, 'registry_burst'>>,
            NoCount<Kubelet<Group, 'pod_pids_limit'>>,
            NoCount<Kubelet<Group, 'container_log_max_files'>>,
          ]
        >,
      ],
      'kubelet',
      CountReason<Name>
    >
  | RefusedWhen<
      [NoCount<Written<Written<Group, 'containerd'>, 'max_concurrent_downloads'>>],
      'containerd',
      CountReason<Name>
    >
  | RefusedWhen<
      [Not<Is<SignalsOf<Kubelet<Group, 'eviction_hard' | 'eviction_soft' | 'eviction_soft_grace_period'>>, Signal>>],
      'kubelet',
      `An eviction signal of kubelet must be memory.available, nodefs.available, nodefs.inodesFree, imagefs.available, imagefs.inodesFree or pid.available. Wrong: ${Name}.`
    >
  | RefusedWhen<
      [
        Either<
          [
            OneWithout<Group, 'eviction_soft', 'eviction_soft_grace_period'>,
            OneWithout<Group, 'eviction_soft_grace_period', 'eviction_soft'>,
          ]
        >,
      ],
      'kubelet',
      `The kubelet wants a grace period for each soft threshold and no other: give kubelet.eviction_soft and kubelet.eviction_soft_grace_period the same signals. Wrong: ${Name}.`
    >

type CountReason<Name extends string> =
  `kubelet.max_parallel_image_pulls, registry_pull_qps, registry_burst, pod_pids_limit, container_log_max_files and containerd.max_concurrent_downloads must be whole numbers from 1 on. Wrong: ${Name}.`

type Signal =
  | 'memory.available'
  | 'nodefs.available'
  | 'nodefs.inodesFree'
  | 'imagefs.available'
  | 'imagefs.inodesFree'
  | 'pid.available'

type Kubelet<Group, Setting extends string> = { [Each in Setting]: Written<Written<Group, 'kubelet'>, Each> }[Setting]
type Extra<Group, Setting extends string> = Written<Written<Group, 'extra_user_data'>, Setting>

type NoCount<Value> = OutOf<Value, 1, 9007199254740991>
type NotBelow<Low, High> = Either<[Less<High, Low>, Same<Low, High>]>
type Same<A, B> = number extends A | B ? false : Is<A, number> extends true ? Is<A, B> : false

/** The signals of maps whose keys are known. */
type SignalsOf<Signals> = Signals extends object
  ? string extends keyof Signals
    ? never
    : Exclude<keyof Signals, '$ref'>
  : never

/** Whether one map of signals has a key that the other lacks, both known. */
type OneWithout<Group, One extends string, Other extends string> =
  HasKeys<Kubelet<Group, One>> extends true
    ? Kubelet<Group, Other> extends infer Rest
      ? [Rest] extends [undefined]
        ? true
        : Given<Rest> extends true
          ? string extends keyof Rest
            ? false
            : Not<Is<keyof Kubelet<Group, One>, keyof Rest>>
          : false
      : never
    : false

type NoSetting<
  Name extends string,
  Group,
  Attribute extends string,
  Setting extends string,
  Note extends string = '',
> = RefusedWhen<
  [Is<FamilyOf<Group>, 'bottlerocket'>, Given<Written<Written<Group, Attribute>, Setting>>],
  Attribute,
  `GPU group "${Name}" is Bottlerocket, which has no nodeadm, no shell and no setting for ${Attribute}.${Setting}${Note}: use extra_user_data.toml, or ami_family = "al2023".`
>

/** Settings that only the user data carries, beside `user_data = "none"`. */
type BootSettingsRefusals<Name extends string, Group> =
  Is<Written<Group, 'user_data'>, 'none'> extends true
    ?
        | RefusedWhen<[Given<Written<Group, 'max_pods'>>], 'max_pods', BootReason<Name, 'max_pods'>>
        | RefusedWhen<[HasSetting<Written<Group, 'kubelet'>>], 'kubelet', BootReason<Name, 'kubelet'>>
        | RefusedWhen<[HasSetting<Written<Group, 'containerd'>>], 'containerd', BootReason<Name, 'containerd'>>
        | RefusedWhen<
            [Is<Written<Group, 'fast_image_pull'>, true>],
            'fast_image_pull',
            BootReason<Name, 'fast_image_pull'>
          >
        | RefusedWhen<
            [HasSetting<Written<Group, 'extra_user_data'>>],
            'extra_user_data',
            BootReason<Name, 'extra_user_data'>
          >
    : never

type BootReason<
  Name extends string,
  Setting extends string,
> = `GPU group "${Name}" has user_data = "none" and ${Setting}, which reach the node by user data only: remove user_data to have the module write it, or build these settings into the image.`

/** Whether an object has a value that is given and no empty object. */
type HasSetting<Settings> = Settings extends object
  ? string extends keyof Settings
    ? false
    : Either<[{ [Each in keyof Settings]: IsSetting<Written<Settings, Each>> }[keyof Settings]]>
  : false
type IsSetting<Value> = Given<Value> extends true ? (Value extends object ? HasSetting<Value> : true) : false
