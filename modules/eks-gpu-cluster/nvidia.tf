locals {
  device_plugin_image = "${local.image_registries["nvcr.io"]}/nvidia/k8s-device-plugin:v0.20.0"

  # The union of all groups' taints, by key and effect: the plugin must run wherever a GPU is. nvidia.com/gpu is always
  # among them, for nodes that join by other means.
  tolerated_taints = distinct(concat(
    ["nvidia.com/gpu|NoSchedule"],
    sort(distinct(flatten([
      for name, taints in local.group_taints : [for t in taints : "${t.key}|${lookup(local.kubernetes_effects, t.effect, t.effect)}"]
    ]))),
  ))
  gpu_tolerations = [for t in local.tolerated_taints : { key = split("|", t)[0], effect = split("|", t)[1] }]

  # One plugin for whole GPUs, and one for each group that shares them.
  device_plugin_yaml = join("---\n", concat(
    [templatefile("${path.module}/manifests/nvidia-device-plugin.yaml.tftpl", {
      image       = local.device_plugin_image
      tolerations = local.gpu_tolerations
      key         = ""
      config      = { file = "", mig = false, mps = false }
      excluded    = length(local.device_plugin_configs) > 0
    })],
    [for key, config in local.device_plugin_configs : templatefile("${path.module}/manifests/nvidia-device-plugin.yaml.tftpl", {
      image       = local.device_plugin_image
      tolerations = local.gpu_tolerations
      key         = key
      config      = config
      excluded    = false
    })],
    [for key, config in local.device_plugin_configs : templatefile("${path.module}/manifests/nvidia-mps-control-daemon.yaml.tftpl", {
      image       = local.device_plugin_image
      tolerations = local.gpu_tolerations
      key         = key
      config      = config
    }) if config.mps],
  ))
}
